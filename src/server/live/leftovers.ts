/** What a configuration leaves behind when another takes its place: memory that is to be given back. */
import { collectBeside } from "../runtime.ts";

/** How long after a swap what was in force before is looked for, in milliseconds. */
const COLLECT_MS = 1500;

/** Gives back the memory of configurations that are no longer in force. */
export class Leftovers {
  #collecting: ReturnType<typeof setTimeout> | undefined;

  /** Has what is of no use any more collected, soon: a runtime without anything to do never looks. */
  release(): void {
    clearTimeout(this.#collecting);
    this.#collecting = setTimeout(collectBeside, COLLECT_MS);
    this.#collecting.unref();
  }

  close(): void {
    clearTimeout(this.#collecting);
  }
}
