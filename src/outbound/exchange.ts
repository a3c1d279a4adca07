/** One HTTP request and its answer, within bounds. */
import type { Agent, ClientRequest, IncomingHttpHeaders, request } from "node:http";
import { decompress } from "./decompress.ts";
import { type Failure, failureOf, type Stage } from "./failure.ts";

/** What is sent. */
export interface Message {
  readonly url: URL;
  readonly method: "GET" | "POST" | "PATCH";
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** An answer of any status. */
export interface Received {
  readonly kind: "received";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. Whole with a 2xx; with any other status perhaps empty, if there was a problem in reading it. */
  readonly body: Uint8Array;
}

/** There was no answer. */
export interface Failed {
  readonly kind: "failed";
  readonly failure: Failure;
  /** The server had closed the connection while it was idle, so it has not seen the request. */
  readonly isStale: boolean;
}

/** What an exchange is made with: the client of the URL's protocol, and its connections. */
export interface Way {
  readonly request: typeof request;
  readonly agent: Agent;
}

/** What bounds an exchange. */
export interface Bounds {
  readonly limitBytes: number;
  /** Ends the exchange; `failureAt` then says why. */
  readonly signal: AbortSignal;
  readonly failureAt: (stage: Stage) => Failure;
}

/**
 * Sends a message and reads the answer. Never rejects. After it resolves nothing of it is left but, at most, a
 * connection that is kept for the next one.
 *
 * This is `node:http` on either runtime, not `fetch`: Bun's `fetch` has at most 256 requests under way in the whole
 * process, so that servers which hang would hold up all others, takes garbage for an answer that is still to come, and
 * no `fetch` tells a body's size before it is decompressed.
 */
export function exchange(message: Message, way: Way, bounds: Bounds): Promise<Received | Failed> {
  const { promise, resolve } = Promise.withResolvers<Received | Failed>();
  const { limitBytes, signal, failureAt } = bounds;
  const { hostname } = message.url;
  let stage: Stage = "connecting";
  let request: ClientRequest | undefined;
  let fallback: Received | undefined;

  const finish = (result: Received | Failed) => {
    signal.removeEventListener("abort", abort);
    resolve(result);
  };
  const fail = (failure: Failure, isStale = false) => {
    if (request) discard(request);
    finish(fallback ?? { kind: "failed", failure, isStale });
  };
  const abort = () => fail(failureAt(stage));

  if (signal.aborted) {
    abort();
    return promise;
  }
  signal.addEventListener("abort", abort);
  try {
    request = open(message, way);
  } catch (error) {
    fail(failureOf(error, stage, hostname));
    return promise;
  }
  const sent = request;
  sent.on("socket", (socket) => {
    const connected = () => {
      if (stage === "connecting") stage = "waiting";
    };
    if (socket.connecting)
      socket.once(message.url.protocol === "https:" ? "secureConnect" : "connect", connected);
    else connected();
  });
  sent.on("error", (error) => {
    const failure = failureOf(error, stage, hostname);
    fail(failure, failure.kind === "closed" && stage === "waiting" && sent.reusedSocket);
  });
  // An answer that changes the protocol ends the connection and nothing else is said.
  sent.on("close", () => {
    // What has begun to answer says itself how it ends, after this.
    if (stage !== "reading") fail({ kind: "closed", at: stage });
  });
  sent.on("response", (response) => {
    stage = "reading";
    const { headers, statusCode: status = 0 } = response;
    if (status < 200 || status > 299) fallback = { kind: "received", status, headers, body: EMPTY };
    const tooLarge: Failure = { kind: "too large", limitBytes };
    const chunks: Uint8Array[] = [];
    let size = 0;
    const closed = () => fail({ kind: "closed", at: "reading" });
    response.on("error", closed);
    response.on("close", () => {
      if (!response.complete) closed();
    });
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) fail(tooLarge);
      else chunks.push(chunk);
    });
    response.on("end", () => {
      if (!response.complete) return closed();
      // From here on the connection may be another request's.
      request = undefined;
      const encoding = headers["content-encoding"];
      void decompress(Buffer.concat(chunks, size), encoding, limitBytes).then((body) => {
        if (body === "too large") fail(tooLarge);
        else if (body === "unreadable") fail({ kind: "encoding", encoding: encoding?.slice(0, 40) ?? "" });
        else finish({ kind: "received", status, headers, body });
      });
    });
    if (Number(headers["content-length"]) > limitBytes) fail(tooLarge);
  });
  sent.end(message.body);
  return promise;
}

const EMPTY = new Uint8Array();

function open({ url, method, headers, body }: Message, { request, agent }: Way): ClientRequest {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const options = {
    method,
    agent,
    headers: { "user-agent": "switchhook", accept: "*/*", "accept-encoding": "gzip", ...headers, ...length },
  };
  // Whatever the environment says about certificates.
  const tls = url.protocol === "https:" ? { rejectUnauthorized: true } : {};
  return request(url, { ...options, ...tls });
}

/** Ends the request and its connection. Deno would send it again if this looked like the end of an idle connection. */
function discard(request: ClientRequest): void {
  request.reusedSocket = false;
  request.destroy();
}
