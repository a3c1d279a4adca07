/** Reading the body of a request, up to a limit. */
import { BodyError, type RequestFault } from "../http/fault.ts";
import { arrivedBody } from "../http/request/request.ts";

/** The most bytes that a request may carry: 64 KiB, many times what Retell sends. */
export const BODY_LIMIT = 64 * 1024;

/** Why a body is not read to its end. */
export type BodyRefusal = RequestFault | { readonly kind: "too large" };

/** Reads a body of at most {@link BODY_LIMIT} bytes; of a longer one no more than that is read. */
export function readBody(request: Request): Uint8Array | BodyRefusal | Promise<Uint8Array | BodyRefusal> {
  const arrived = arrivedBody(request);
  if (arrived) return arrived.length > BODY_LIMIT ? TOO_LARGE : arrived;
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > BODY_LIMIT) return TOO_LARGE;
  return receiveBody(request, length);
}

async function receiveBody(request: Request, length: string | null): Promise<Uint8Array | BodyRefusal> {
  try {
    // The server holds a client to its content-length, so this cannot grow past the limit.
    if (length !== null) return await request.bytes();
    return request.body ? await readStream(request.body) : new Uint8Array();
  } catch (error) {
    return error instanceof BodyError ? error.fault : { kind: "broken off" };
  }
}

const TOO_LARGE: BodyRefusal = { kind: "too large" };

async function readStream(body: ReadableStream<Uint8Array>): Promise<Uint8Array | BodyRefusal> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks, size);
    size += value.byteLength;
    if (size > BODY_LIMIT) {
      reader.cancel().catch(() => {});
      return TOO_LARGE;
    }
    chunks.push(value);
  }
}
