/** Asking a URL for a list or contacts: one conditional request. */
import { createHash } from "node:crypto";
import type { RemoteContent, RemoteSource } from "../../../config/files/remote.ts";
import type { OutboundClient, Received } from "../../../outbound/client.ts";
import { failureWords } from "../../../outbound/failure.ts";

/** What a server gave to tell later whether there is something new. */
export interface Validators {
  readonly etag: string | undefined;
  /** As the server wrote it. */
  readonly lastModified: string | undefined;
}

/** What a URL answered. */
export type Answer =
  | { readonly kind: "fetched"; readonly content: RemoteContent; readonly validators: Validators }
  /** What was fetched last is still what it is. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed"; readonly problem: string };

/** The most bytes that an answer may have, as it comes and decompressed. */
export const LIMIT_BYTES: number = 64 * 1024 * 1024;
/** How long a request may take in all, in milliseconds: the largest answer comes in time over 10 Mbit/s. */
const TIMEOUT_MS = 60_000;

/**
 * Asks for a remote source. Never rejects.
 *
 * Where the server redirects to another one, as published sheets do, it is followed without the headers of the
 * configuration.
 *
 * @param validators those of what was fetched last, if that is still known
 */
export async function fetchRemote(
  { url, headers, isAskable }: RemoteSource,
  validators: Validators | undefined,
  client: OutboundClient,
  signal: AbortSignal,
): Promise<Answer> {
  if (!isAskable) return { kind: "failed", problem: "a secret that its URL or headers need is missing" };
  const conditions = conditionsOf(validators);
  const result = await client.send({
    ...{ url, method: "GET", body: undefined, ca: undefined, signal },
    headers: { ...headers, ...conditions },
    headersElsewhere: conditions,
    ...{ timeoutMs: TIMEOUT_MS, limitBytes: LIMIT_BYTES },
  });
  if (result.kind === "failed") return { kind: "failed", problem: failureWords(result.failure) };
  const { status } = result;
  if (status === 200) return await fetched(result);
  if (status === 304 && Object.keys(conditions).length > 0) return { kind: "unchanged" };
  return { kind: "failed", problem: statusWords(result) };
}

function conditionsOf({ etag, lastModified }: Partial<Validators> = {}): Record<string, string> {
  return {
    ...(etag !== undefined && { "if-none-match": etag }),
    ...(lastModified !== undefined && { "if-modified-since": lastModified }),
  };
}

function statusWords({ status, headers }: Received): string {
  const words = failureWords({ kind: "status", status });
  // A table of thousands of rows that comes without most of them would look like a good answer.
  if (status === 206)
    return `${words}: the server sent only a part (${headers["content-range"] ?? "which it does not say"})`;
  return status === 401 || status === 403
    ? `${words}: the server wants other credentials, or none of these`
    : words;
}

async function fetched({ body, headers }: Received): Promise<Answer> {
  const { etag, "last-modified": lastModified, "content-type": type = "" } = headers;
  const content = await contentOf(body, (type.split(";", 1)[0] ?? "").trim().toLowerCase());
  return { kind: "fetched", content, validators: { etag, lastModified } };
}

/** How many bytes are worked on before calls get their turn: about 1 ms. */
const SLICE_BYTES = 512 * 1024;

/** Puts bytes into memory that threads can share, and takes their digest, letting calls be answered in between. */
export async function contentOf(bytes: Uint8Array, type: string): Promise<RemoteContent> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  const hash = createHash("sha256");
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SLICE_BYTES);
    shared.set(slice, at);
    hash.update(slice);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { bytes: shared, type, digest: hash.digest("hex") };
}
