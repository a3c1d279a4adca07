/** The `Request` that the app gets. */

import { standIn } from "../stand-in.ts";
import type { RequestBody } from "./body.ts";
import type { Head } from "./head.ts";
import type { HeaderLines } from "./headers.ts";

/** Who has sent a request. */
export interface Client {
  /** Aborted when the client is gone. Asked for where somebody wants to know. */
  readonly signal: AbortSignal;
}

/** Makes the request of a head, whose body may still be to come. */
export function requestOf(head: Head, body: RequestBody, client: Client): Request {
  // What it has not itself, it has through `standIn`, which no type can tell.
  return new ReceivedRequest(head, body, client) as unknown as Request;
}

/** The body of a request, where all of it has come: then nobody has to wait for it. Of any other, undefined. */
export function arrivedBody(request: Request): Uint8Array<ArrayBuffer> | undefined {
  return request instanceof ReceivedRequest ? request.takeArrived() : undefined;
}

/** What every call needs of a `Request`; one is made where somebody wants more. */
class ReceivedRequest {
  readonly #head: Head;
  readonly #body: RequestBody;
  readonly #client: Client;
  #stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  #standard: Request | undefined;

  constructor(head: Head, body: RequestBody, client: Client) {
    this.#head = head;
    this.#body = body;
    this.#client = client;
  }

  get method(): string {
    return this.#head.method;
  }

  get url(): string {
    return this.#head.url;
  }

  get headers(): HeaderLines {
    return this.#head.headers;
  }

  get signal(): AbortSignal {
    return this.#client.signal;
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#head.framing.kind === "none") return null;
    this.#stream ??= this.#body.stream();
    return this.#stream;
  }

  get bodyUsed(): boolean {
    return this.#body.isUsed || (this.#standard?.bodyUsed ?? false);
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#body.whole();
  }

  takeArrived(): Uint8Array<ArrayBuffer> | undefined {
    return this.#body.takeArrived();
  }

  /** Everything else of a `Request`. */
  get standard(): Request {
    const { url, method, body, signal } = this;
    this.#standard ??= new Request(url, {
      method,
      headers: this.headers.standard,
      body,
      signal,
      duplex: "half",
    });
    return this.#standard;
  }
}

standIn(ReceivedRequest.prototype, Request.prototype);
