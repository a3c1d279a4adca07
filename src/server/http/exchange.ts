/** A request and its answer. */
import { type Answer, FAULT } from "./answer.ts";
import { UNWANTED_LIMIT } from "./limits.ts";
import { RequestBody } from "./request/body.ts";
import type { Head } from "./request/head.ts";
import { type Client, requestOf } from "./request/request.ts";
import { answerOf } from "./response.ts";
import type { Service } from "./service.ts";

/** A request under way. */
export class Exchange implements Client {
  readonly head: Head;
  readonly body: RequestBody;
  readonly request: Request;
  /** It waits here for the answers before it. */
  answer: Answer | undefined;
  /** Whether the client still has to be told to send the body. */
  awaitsContinue: boolean;
  /** Whether the connection must end after the answer. */
  closes: boolean;
  /** Bytes of the body that have come. */
  #bodyBytes = 0;
  #isStarted = false;
  #hangUp: AbortController | undefined;

  /** @param wanted told when more of the body can be used */
  constructor(head: Head, wanted: () => void) {
    this.head = head;
    this.body = new RequestBody(wanted);
    this.awaitsContinue = head.awaitsContinue;
    this.closes = !head.isKept;
    this.request = requestOf(head, this.body, this);
  }

  /** Has it answered, once: before this returns, where the answer waits for nothing. @param answered told if it came later */
  start(service: Service, peer: string | undefined, answered: () => void): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    try {
      const response = service.answer(this.request, peer);
      const answer = response instanceof Promise ? response : answerOf(response, this.head.method);
      if (answer instanceof Promise) void this.#await(answer, service).then(answered);
      else this.#settle(answer);
    } catch (error) {
      this.#fail(service, error);
    }
  }

  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bodyBytes += bytes.length;
    this.awaitsContinue = false;
    this.body.push(bytes);
  }

  async #await(coming: Promise<Response | Answer>, service: Service): Promise<void> {
    try {
      const come = await coming;
      this.#settle(come instanceof Response ? await answerOf(come, this.head.method) : come);
    } catch (error) {
      this.#fail(service, error);
    }
  }

  #fail(service: Service, error: unknown): void {
    service.failed(error);
    this.#settle(FAULT);
  }

  #settle(answer: Answer): void {
    this.answer = answer;
    if (answer.closes || (!this.body.hasEnded && !this.#isShort)) this.closes = true;
    this.body.discard();
  }

  /** Whether the rest of a body that nobody reads is so short that the connection can be kept. */
  get #isShort(): boolean {
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

  /** Aborted when the client is gone. */
  get signal(): AbortSignal {
    this.#hangUp ??= new AbortController();
    return this.#hangUp.signal;
  }
}
