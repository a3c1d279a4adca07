/** Answering whether the server is there. */
import { setTimeout } from "node:timers/promises";

/** How soon after an answer that all is well a call may still come that was waiting for it, in milliseconds. */
const CALL_FOLLOWS_MS = 500;

/**
 * What those are told who ask whether the server is there. A proxy that asks before each call, so as to hold the call
 * during a restart, must not be told so by a server that is gone when the call comes.
 */
export class Health {
  #answeredMs = Number.NEGATIVE_INFINITY;
  #isLeaving = false;

  /** The answer; while the server leaves, none: the connection ends, and the client asks the next server. */
  answer(method: string): Response {
    // Of HEAD, Hono makes the answer anew, which must be one then.
    if (this.#isLeaving) return method === "GET" ? Response.error() : new Response("", { status: 503 });
    this.#answeredMs = performance.now();
    return new Response("ok", { headers: { "content-type": "text/plain; charset=UTF-8" } });
  }

  /** Answers no more, and resolves when the calls have come that may follow the last answers. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    const restMs = this.#answeredMs + CALL_FOLLOWS_MS - performance.now();
    if (restMs > 0) await setTimeout(restMs);
  }
}
