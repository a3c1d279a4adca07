/** A request and its answer. */
import type { Answer } from "./answer.ts";
import { UNWANTED_LIMIT } from "./limits.ts";
import { RequestBody } from "./request/body.ts";
import type { Head } from "./request/head.ts";
import { requestOf } from "./request/request.ts";

/** A request under way. */
export class Exchange {
  readonly head: Head;
  readonly body: RequestBody;
  readonly request: Request;
  /** It waits here for the answers before it. */
  answer: Answer | undefined;
  isStarted = false;
  /** Whether the client still has to be told to send the body. */
  awaitsContinue: boolean;
  /** Whether the connection must end after the answer. */
  closes: boolean;
  /** Bytes of the body that have come. */
  #bodyBytes = 0;
  #hangUp: AbortController | undefined;

  /** @param wanted told when more of the body can be used */
  constructor(head: Head, wanted: () => void) {
    this.head = head;
    this.body = new RequestBody(wanted);
    this.awaitsContinue = head.awaitsContinue;
    this.closes = !head.isKept;
    this.request = requestOf(head, this.body, () => this.#signal());
  }

  push(bytes: Uint8Array): void {
    this.#bodyBytes += bytes.length;
    this.awaitsContinue = false;
    this.body.push(bytes);
  }

  /** Whether the rest of a body that nobody reads is so short that the connection can be kept. */
  get isShort(): boolean {
    const { framing } = this.head;
    return (
      !this.awaitsContinue && framing.kind === "length" && framing.bytes - this.#bodyBytes <= UNWANTED_LIMIT
    );
  }

  /** The client is gone. */
  abort(): void {
    this.body.fail({ kind: "broken off" });
    this.#hangUp ??= new AbortController();
    this.#hangUp.abort();
  }

  #signal(): AbortSignal {
    this.#hangUp ??= new AbortController();
    return this.#hangUp.signal;
  }
}
