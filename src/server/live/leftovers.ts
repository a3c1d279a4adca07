/** What a configuration leaves behind when another takes its place: memory that is to be given back. */
import { collectAll } from "../runtime.ts";

/** How long after a swap what was in force before is looked for, in milliseconds. */
const COLLECT_MS = 1500;

/** Gives back the memory of configurations that are no longer in force. */
export class Leftovers {
  #collecting: ReturnType<typeof setTimeout> | undefined;

  /**
   * Has what is of no use any more collected, soon: a runtime without anything to do never looks. That takes 7 to 27 ms,
   * whatever the size: what is long, such as lists, is a few pieces of memory, in which there is nothing to look through.
   */
  release(): void {
    clearTimeout(this.#collecting);
    this.#collecting = setTimeout(collectAll, COLLECT_MS);
    this.#collecting.unref();
  }

  close(): void {
    clearTimeout(this.#collecting);
  }
}
