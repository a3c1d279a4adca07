/** Waiting for the server: for so long, as far as this process could have taken the answer. */

/** How long a call waits for the server, in milliseconds. */
export const PATIENCE_MS = 200;

/** In so many pieces. */
const PIECES = 4;

interface Waiting {
  left: number;
  readonly giveUp: () => void;
}

/**
 * Waits for many answers with one clock. The time is taken in pieces, each begun when the one before it is over: where this
 * process is held up, by a burst of calls or by others on the machine, what came meanwhile is read before the next one is
 * over. Otherwise a moment of that would look like a server that does not answer.
 */
export class Patience {
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What a promise resolves to, else undefined; within {@link PATIENCE_MS}. */
  for<Value>(promise: Promise<Value>): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { left: PIECES, giveUp: () => resolve(undefined) };
      const end = () => void this.#waiting.delete(waiting);
      this.#waiting.add(waiting);
      this.#timer ??= setTimeout(this.#pass, PATIENCE_MS / PIECES);
      promise.then(resolve, reject).finally(end);
    });
  }

  readonly #pass = () => {
    for (const waiting of this.#waiting) {
      waiting.left--;
      if (waiting.left > 0) continue;
      this.#waiting.delete(waiting);
      waiting.giveUp();
    }
    this.#timer = this.#waiting.size > 0 ? setTimeout(this.#pass, PATIENCE_MS / PIECES) : undefined;
  };
}
