/** Reading the body of a request, up to a limit. */

/** The most bytes that a request may carry: 64 KiB, many times what Retell sends. */
export const BODY_LIMIT = 64 * 1024;

/** Reads a body of at most {@link BODY_LIMIT} bytes; of a longer one no more than that is read. */
export async function readBody(request: Request): Promise<Uint8Array | "too large" | "broken off"> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > BODY_LIMIT) return "too large";
  try {
    // The server holds a client to its content-length, so this cannot grow past the limit.
    if (length !== null) return new Uint8Array(await request.arrayBuffer());
    return request.body ? await readStream(request.body) : new Uint8Array();
  } catch {
    return "broken off";
  }
}

async function readStream(body: ReadableStream<Uint8Array>): Promise<Uint8Array | "too large"> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks, size);
    size += value.byteLength;
    if (size > BODY_LIMIT) {
      reader.cancel().catch(() => {});
      return "too large";
    }
    chunks.push(value);
  }
}
