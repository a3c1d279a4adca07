/** One connection: requests are read one after the other, and answered in the order in which they came. */
import type { Socket } from "node:net";
import { type Answer, answerSent, NO_ANSWER } from "./answer.ts";
import { Deadline, type Phase } from "./deadline.ts";
import { Exchange } from "./exchange.ts";
import { malformed, type RequestFault } from "./fault.ts";
import { FIRST_REQUEST_MS, type Patience } from "./limits.ts";
import { type Received, RequestReader } from "./request/reader.ts";
import { answerOf } from "./response.ts";
import type { Service } from "./service.ts";
import { Unanswered } from "./unanswered.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/** A connection. */
export class Connection {
  readonly #socket: Socket;
  readonly #peer: string | undefined;
  readonly #service: Service;
  readonly #deadline: Deadline;
  /** Until when its first request is to be expected even if it stops, as of `performance.now()`. */
  readonly #firstMs = performance.now() + FIRST_REQUEST_MS;
  readonly #reader = new RequestReader();
  readonly #unanswered = new Unanswered();
  /** Whose body is still to come; it may be answered already. */
  #reading: Exchange | undefined;
  /** Whether what comes is read. */
  #reads = true;
  /** Whether the client has closed its side; it may wait for answers all the same. */
  #hasEnded = false;
  #isStopping = false;
  /** Whether it stops, and is so new that its first request is still to be expected. */
  #awaitsFirst = false;
  #isPaused = false;
  #isAdvancing = false;
  /** How many requests have begun. */
  #requests = 0;
  #stopped: (() => void) | undefined;
  readonly #advanceSoon = () => queueMicrotask(() => this.#advance());
  readonly #answered = () => this.#advance();

  /** @param closed told at the end */
  constructor(
    socket: Socket,
    peer: string | undefined,
    service: Service,
    patience: Patience,
    closed: () => void,
  ) {
    this.#socket = socket;
    this.#peer = peer;
    this.#service = service;
    this.#deadline = new Deadline(patience);
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer<ArrayBuffer>) => {
      if (!this.#reads) return;
      this.#reader.feed(bytes);
      this.#advance();
    });
    socket.on("end", () => {
      this.#hasEnded = true;
      this.#advance();
    });
    socket.on("drain", () => this.#advance());
    socket.on("finish", () => this.#stopped?.());
    // The client has broken it off; `close` follows.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#close();
      closed();
    });
  }

  /** Ends what takes longer than it may. @param nowMs as of `performance.now()` */
  checkTime(nowMs: number): void {
    if (!this.#deadline.isOver(nowMs)) return;
    switch (this.#deadline.phase) {
      case "idle":
        this.#finish();
        break;
      case "head":
        this.#refuse({ kind: "too slow" });
        break;
      case "body":
        this.#breakOff({ kind: "too slow" });
        break;
      case "client reads":
      case "closing":
        this.#socket.destroy();
        break;
      case "app":
      case "closed":
        break;
    }
    this.#advance();
  }

  /** Ends when everything under way is answered; resolves when that is sent, or cannot be any more. */
  stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#deadline.phase === "closed" || this.#socket.writableFinished) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopped = resolve;
    const firstInMs = this.#firstMs - performance.now();
    if (this.#requests === 0 && firstInMs > 0) {
      this.#awaitsFirst = true;
      setTimeout(() => {
        this.#awaitsFirst = false;
        this.#advance();
      }, firstInMs).unref();
    }
    this.#advance();
    return promise;
  }

  /** Ends it at once, unless everything is answered: then the client may still be reading. */
  abandon(): void {
    if (!this.#deadline.isLast) this.#socket.destroy();
  }

  /** Whether nothing can be read before something else has happened. */
  get #isBlocked(): boolean {
    if (this.#socket.writableNeedDrain) return true;
    return this.#reading ? this.#reading.body.isFull : this.#unanswered.isFull;
  }

  /** Whether everything is answered, and there is nothing more to wait for. */
  get #isDone(): boolean {
    if (!this.#unanswered.isEmpty) return false;
    if (!this.#reads) return true;
    if (!this.#isStopping || (this.#awaitsFirst && this.#requests === 0)) return false;
    return !this.#reading && this.#reader.isBetween;
  }

  /** Reads on as far as it can, and sends what it can: most requests are answered within this. */
  #advance(): void {
    if (this.#deadline.isLast || this.#isAdvancing) return;
    // Answering may end up here again.
    this.#isAdvancing = true;
    do this.#read();
    while (this.#send());
    this.#isAdvancing = false;
    if (this.#deadline.isLast) return;
    this.#tellToContinue();
    if (this.#isDone) this.#finish();
    else this.#settle();
  }

  #read(): void {
    while (this.#reads && !this.#isBlocked) {
      const received = this.#reader.next();
      if (received === undefined) {
        if (this.#hasEnded) this.#endOfBytes();
        break;
      }
      this.#take(received);
    }
    this.#reading?.start(this.#service, this.#peer, this.#answered);
  }

  #take(received: Received): void {
    switch (received.kind) {
      case "head":
        this.#requests++;
        this.#reading = new Exchange(received, this.#advanceSoon);
        this.#unanswered.add(this.#reading);
        this.#takeWhole(this.#reading);
        break;
      case "body":
        this.#reading?.push(received.bytes);
        break;
      case "end":
        this.#endOfRequest();
        break;
      case "malformed request":
        if (this.#reading) this.#breakOff(received);
        else this.#refuse(received);
        break;
    }
  }

  /** Takes a body that has come with its head. */
  #takeWhole(exchange: Exchange): void {
    const bytes = this.#reader.takeWhole();
    if (!bytes) return;
    if (bytes.length > 0) exchange.push(bytes);
    this.#endOfRequest();
  }

  #endOfRequest(): void {
    const exchange = this.#reading;
    if (!exchange) return;
    this.#reading = undefined;
    if (exchange.closes) this.#reads = false;
    exchange.body.end();
    exchange.start(this.#service, this.#peer, this.#answered);
  }

  /** Everything that the client has sent is read. */
  #endOfBytes(): void {
    if (this.#reading) this.#breakOff({ kind: "broken off" });
    else if (this.#reader.isBetween) this.#reads = false;
    else this.#refuse(malformed("the request ended before the empty line behind its header lines"));
  }

  /** The rest of a body will not come. Whoever reads the body answers that. */
  #breakOff(fault: RequestFault): void {
    const exchange = this.#reading;
    if (!exchange) return;
    this.#reading = undefined;
    this.#reads = false;
    exchange.closes = true;
    exchange.body.fail(fault);
    exchange.start(this.#service, this.#peer, this.#answered);
  }

  /** What has come is no request. That is answered after the requests before it. */
  #refuse(fault: RequestFault): void {
    this.#reads = false;
    this.#unanswered.refuse(undefined);
    const take = (answer: Answer) => this.#unanswered.refuse(answer);
    const answer = answerOf(this.#service.refuse(fault, this.#peer), "GET");
    if (answer instanceof Promise) void answer.then(take).then(() => this.#advance());
    else take(answer);
  }

  /** Sends the answers whose turn it is; whether there were any, so that there may be room for more requests. */
  #send(): boolean {
    let hasSent = false;
    for (let turn = this.#unanswered.next(); turn; turn = this.#unanswered.next()) {
      const { answer, withBody, closes, expectsEnd } = turn;
      if (answer === NO_ANSWER) {
        this.#finish();
        return false;
      }
      const isLast = closes || this.#isDone;
      const connection = isLast ? "close" : expectsEnd ? "keep-alive" : undefined;
      this.#socket.write(answerSent(answer, { withBody, connection }), "latin1");
      if (isLast) {
        this.#finish();
        return false;
      }
      hasSent = true;
    }
    return hasSent;
  }

  /** Lets a client that waits with its body send it, where somebody wants it. */
  #tellToContinue(): void {
    const exchange = this.#reading;
    if (!exchange?.awaitsContinue || !exchange.body.isUsed || !this.#unanswered.isFirst(exchange)) return;
    exchange.awaitsContinue = false;
    this.#socket.write(CONTINUE);
  }

  /** Waits for what comes next, and no longer than it may take. */
  #settle(): void {
    this.#pause(!this.#reads || this.#isBlocked);
    this.#deadline.waitFor(this.#phase, this.#requests);
  }

  get #phase(): Phase {
    if (this.#socket.writableNeedDrain) return "client reads";
    if (this.#reading) return "body";
    if (!this.#isBlocked && this.#reads && !this.#reader.isBetween) return "head";
    return this.#unanswered.isEmpty ? "idle" : "app";
  }

  #pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  /**
   * Closes this side when everything is sent, and drops what comes until the client closes its own: with bytes unread,
   * closing both sides would make the client lose the last answer. RFC 9112, section 9.6.
   */
  #finish(): void {
    if (this.#deadline.isLast) return;
    this.#giveUp();
    this.#deadline.waitFor("closing", this.#requests);
    this.#pause(false);
    this.#socket.end();
  }

  #close(): void {
    this.#giveUp();
    this.#deadline.waitFor("closed", this.#requests);
    this.#stopped?.();
  }

  /** Nobody gets what is still unanswered. */
  #giveUp(): void {
    this.#reads = false;
    this.#reading?.abort();
    this.#reading = undefined;
    this.#unanswered.giveUp();
  }
}
