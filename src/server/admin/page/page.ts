/** The status page as it is served. */
import type { Context } from "hono";
import type { Sliced } from "../../../routing/slices.ts";
import { betweenCalls } from "../../live/between-calls.ts";
import { documentOf } from "./document.tsx";
import { PAGE_HEADERS } from "./policy.ts";
import { type Seen, versionOf, viewOf } from "./view.ts";

/** Answers a request for the page; 304 where whoever asks has it as it is. */
export async function pageResponse(c: Context, seen: Seen): Promise<Response> {
  const query = new URL(c.req.url).searchParams;
  const version = versionOf(seen, query);
  const headers = { ...PAGE_HEADERS, etag: version };
  if (c.req.header("if-none-match") === version) return c.body(null, 304, headers);
  return c.html(await betweenCalls(pageOf(seen, query, version)), 200, headers);
}

/** Calls that come while it is made show at the next look: then the version is another one. */
function* pageOf(seen: Seen, query: URLSearchParams, version: string): Sliced<string> {
  return yield* documentOf(yield* viewOf(seen, query), version);
}
