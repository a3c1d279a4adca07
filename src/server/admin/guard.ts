/** Who may ask the admin listener, and how a page that somebody else serves is kept out. */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";

/** The header that whoever changes something must send: no page of another origin can, without being asked first. */
export const INTENT_HEADER = "x-switchhook";

/**
 * Lets only those through who show the token, where there is one, and no request that a page of somebody else's made.
 *
 * DNS rebinding: a page at `evil.example` whose name suddenly means 127.0.0.1 may read what it likes there, but sends its
 * own name as `Host`, and knows no token. So without a token the host must be an address or `localhost`.
 */
export function guard(token: () => string | undefined): MiddlewareHandler {
  return async (c, next) => {
    const wanted = token();
    if (wanted !== undefined) {
      const shown = credentialIn(c.req.header("authorization"));
      if (shown === undefined || !isSame(shown, wanted)) {
        c.header("www-authenticate", 'Basic realm="switchhook", charset="UTF-8"');
        return c.json({ error: "show the token: as a bearer token, or as the password of any user" }, 401);
      }
    } else if (!isAddress(c.req.header("host"))) {
      return c.json({ error: "without `token`, ask for this by the address or as localhost" }, 421);
    }
    const origin = c.req.header("origin");
    if (origin !== undefined && URL.parse(origin)?.host !== c.req.header("host")) {
      return c.json({ error: "pages of other origins may not ask" }, 403);
    }
    if (c.req.method !== "GET" && c.req.method !== "HEAD" && c.req.header(INTENT_HEADER) === undefined) {
      return c.json({ error: `the header ${INTENT_HEADER}: 1 is missing` }, 403);
    }
    await next();
    return;
  };
}

/** Whether a `Host` names no host that somebody else could have given another meaning; a client of a socket may send none. */
function isAddress(host: string | undefined): boolean {
  if (host === undefined || host === "") return true;
  const name = /^\[([^\]]+)\](?::\d+)?$/.exec(host)?.[1] ?? host.replace(/:\d+$/, "");
  return isIP(name) !== 0 || name.toLowerCase() === "localhost";
}

/** What stands behind `Bearer`, or the password behind `Basic`. */
function credentialIn(authorization: string | undefined): string | undefined {
  const [, scheme = "", credential = ""] = /^(\w+) +(\S+)$/.exec(authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return credential;
    case "basic":
      return Buffer.from(credential, "base64")
        .toString()
        .replace(/^[^:]*:/, "");
    default:
      return undefined;
  }
}

/** Compares in a time that tells nothing of the token, not even its length. */
function isSame(shown: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}
