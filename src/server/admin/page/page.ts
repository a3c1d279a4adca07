/** The status page as it is served. */
import type { Context } from "hono";
import { documentOf } from "./document.tsx";
import { PAGE_HEADERS } from "./policy.ts";
import { type Seen, versionOf, viewOf } from "./view.ts";

/** Answers a request for the page; 304 where whoever asks has it as it is. */
export function pageResponse(c: Context, seen: Seen): Response {
  const query = new URL(c.req.url).searchParams;
  const version = versionOf(seen, query);
  const headers = { ...PAGE_HEADERS, etag: version };
  if (c.req.header("if-none-match") === version) return c.body(null, 304, headers);
  return c.html(documentOf(viewOf(seen, query), version), 200, headers);
}
