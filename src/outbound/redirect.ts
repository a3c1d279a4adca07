/** Where an answer leads on to, and whether to follow. */
import type { Failure } from "./failure.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Where a redirect leads. It is followed only to the same scheme, host and port, or from http to https on the same
 * host: the request may hold secrets, and goes where the configuration says.
 *
 * @returns undefined where the answer is no redirect
 */
export function redirectOf(
  from: URL,
  status: number,
  location: string | undefined,
): URL | Failure | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  const to = URL.parse(location, from.href);
  if (to === null) return { kind: "status", status };
  const isSecured = from.protocol === "http:" && to.protocol === "https:" && from.hostname === to.hostname;
  if (from.origin !== to.origin && !isSecured)
    return { kind: "redirect elsewhere", to: `${to.protocol}//${to.host}` };
  // What was given for the first goes for the next.
  if (to.username === "") [to.username, to.password] = [from.username, from.password];
  return to;
}
