/** What a configuration leaves behind when another takes its place: memory that is to be given back. */
import type { NumberPlan } from "../../routing/plan.ts";
import { collectBeside } from "../runtime.ts";

/** How long after a swap what was in force before is looked for, in milliseconds. */
const COLLECT_MS = 1500;

/** By then no call is open that began with the desk of the start, in milliseconds: requests take seconds at most. */
const LET_GO_MS = 60_000;

/** Gives back the memory of configurations that are no longer in force. */
export class Leftovers {
  #collecting: ReturnType<typeof setTimeout> | undefined;
  #lettingGo: ReturnType<typeof setTimeout> | undefined;
  readonly #letGoMs: number;

  /** @param letGoMs how long numbers are left to calls that are open, in milliseconds */
  constructor(letGoMs = LET_GO_MS) {
    this.#letGoMs = letGoMs;
  }

  /**
   * Has what is of no use any more collected, soon: a runtime without anything to do never looks.
   *
   * @param numbers entries as they were read, which nobody but calls that are open may use. They are taken out of their
   *   array once these have ended: compiled code keeps what it has seen once, such as a plan, as long as it is there itself
   */
  release(numbers: readonly NumberPlan[]): void {
    this.#collectSoon();
    if (numbers.length === 0) return;
    this.#lettingGo = setTimeout(() => {
      (numbers as NumberPlan[]).length = 0;
      this.#collectSoon();
    }, this.#letGoMs);
    this.#lettingGo.unref();
  }

  close(): void {
    clearTimeout(this.#collecting);
    clearTimeout(this.#lettingGo);
  }

  #collectSoon(): void {
    clearTimeout(this.#collecting);
    this.#collecting = setTimeout(collectBeside, COLLECT_MS);
    this.#collecting.unref();
  }
}
