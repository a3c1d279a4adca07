/** Where an answer leads on to, and whether to follow. */
import type { Failure } from "./failure.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Where a redirect leads. It is followed only to the same scheme, host and port, or from http to https on the same
 * host: the request may hold secrets, and goes where the configuration says.
 *
 * @param mayLeave whether it may lead to other servers too, though never from https to http: for requests that take
 *   nothing secret along
 * @returns undefined where the answer is no redirect
 */
export function redirectOf(
  from: URL,
  status: number,
  location: string | undefined,
  mayLeave = false,
): URL | Failure | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  const to = URL.parse(location, from.href);
  if (to === null) return { kind: "status", status };
  if (!isSameServer(from, to)) {
    const isWeb = to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:");
    return mayLeave && isWeb ? to : { kind: "redirect elsewhere", to: `${to.protocol}//${to.host}` };
  }
  // What was given for the first goes for the next.
  if (to.username === "") [to.username, to.password] = [from.username, from.password];
  return to;
}

/** Whether two URLs are of one server: the same scheme, host and port, or https on the same host instead of http. */
export function isSameServer(from: URL, to: URL): boolean {
  const isSecured = from.protocol === "http:" && to.protocol === "https:" && from.hostname === to.hostname;
  return from.origin === to.origin || isSecured;
}
