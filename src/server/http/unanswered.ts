/** What has come over a connection and is not answered yet. */
import { type Answer, NO_ANSWER } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { PENDING_LIMIT } from "./limits.ts";

/** An answer whose turn it is. */
export interface Turn {
  readonly answer: Answer;
  /** HEAD gets everything but the body. */
  readonly withBody: boolean;
  /** Whether the connection must end after it. */
  readonly closes: boolean;
  /** Whether the client takes a connection for one that ends unless it is told otherwise: HTTP/1.0. */
  readonly expectsEnd: boolean;
}

/** Requests in the order in which they came, which is that of their answers; behind them perhaps what is no request. */
export class Unanswered {
  readonly #exchanges: Exchange[] = [];
  /** The answer to what could not be read as a request; it is the last. */
  #refusal: Answer | "to come" | undefined;

  get isEmpty(): boolean {
    return this.#exchanges.length === 0 && this.#refusal === undefined;
  }

  /** Whether no more requests are taken before one of them is answered. */
  get isFull(): boolean {
    return this.#exchanges.length >= PENDING_LIMIT;
  }

  /** Whether a request is the one whose answer is sent next. */
  isFirst(exchange: Exchange): boolean {
    return exchange === this.#exchanges[0];
  }

  add(exchange: Exchange): void {
    this.#exchanges.push(exchange);
  }

  /** Notes that what has come last is refused. @param answer undefined where it is still to come */
  refuse(answer: Answer | undefined): void {
    this.#refusal = answer ?? "to come";
  }

  /** Takes the answer whose turn it is; undefined where it is still to come. */
  next(): Turn | undefined {
    const exchange = this.#exchanges[0];
    if (!exchange) {
      const answer = this.#refusal;
      if (answer === undefined || answer === "to come") return undefined;
      return { answer, withBody: true, closes: true, expectsEnd: false };
    }
    const { answer, head, closes } = exchange;
    if (!answer) return undefined;
    // One that gets no answer stays unanswered, until everything is given up.
    if (answer !== NO_ANSWER) this.#exchanges.shift();
    return { answer, withBody: head.method !== "HEAD", closes, expectsEnd: head.minor === 0 };
  }

  /** Nobody gets what is still unanswered. */
  giveUp(): void {
    for (const exchange of this.#exchanges.splice(0)) exchange.abort();
  }
}
