/** Lists of the API, read to their end. */
import type * as v from "valibot";
import { page, readAs } from "./answers.ts";
import type { Api, ApiRequest, ApiResult } from "./api.ts";

/** The most items of a page that Retell gives. */
const PAGE_ITEMS = 1000;
/** No account has so many: a list that goes on for ever is broken. */
const MOST_PAGES = 1000;

/**
 * Reads a list, all its pages: `{ items, has_more, pagination_key }`, or a plain array, as some lists of Retell are.
 *
 * @param schema that of an item
 */
export async function readPages<Schema extends v.GenericSchema>(
  api: Api,
  request: ApiRequest,
  schema: Schema,
): Promise<ApiResult<readonly v.InferOutput<Schema>[]>> {
  const items: v.InferOutput<Schema>[] = [];
  const seen = new Set<string>();
  for (let key: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE_ITEMS) });
    if (key !== undefined) query.set("pagination_key", key);
    const isPlain = PLAIN.has(request.path);
    const result = await api.ask(isPlain ? request : { ...request, path: `${request.path}?${query}` });
    if (result.kind !== "ok") return result;
    const read = readPage(result.value);
    if ("problem" in read) return { kind: "unreadable", problem: read.problem };
    for (const item of read.items) {
      const one = readAs(schema, item);
      if ("problem" in one) return { kind: "unreadable", problem: `item ${items.length}: ${one.problem}` };
      items.push(one.value);
    }
    if (read.next === undefined) return { kind: "ok", value: items };
    // It would be read again and again.
    if (seen.has(read.next) || seen.size === MOST_PAGES) {
      return { kind: "unreadable", problem: "its pages do not end" };
    }
    seen.add(read.next);
    key = read.next;
  }
}

/** Those that are plain arrays, and take no page. */
const PLAIN: ReadonlySet<string> = new Set(["/list-voices", "/list-knowledge-bases"]);

type Page =
  | { readonly items: readonly unknown[]; readonly next: string | undefined }
  | { readonly problem: string };

function readPage(value: unknown): Page {
  if (Array.isArray(value)) return { items: value, next: undefined };
  const read = readAs(page, value);
  if ("problem" in read) return read;
  const { items, has_more: hasMore, pagination_key: next } = read.value;
  if (!hasMore) return { items, next: undefined };
  return next ? { items, next } : { problem: "there are more pages, and no pagination_key" };
}
