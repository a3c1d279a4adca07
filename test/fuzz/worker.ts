/** Tries one input after the other, in a thread of its own: an input that never ends is noticed from outside. */
import { inputsOf, problemOf } from "./cases.ts";

/** What to try. */
export interface Job {
  readonly seed: number;
  /** The number of the first input. */
  readonly from: number;
  /** Where the number of the input at work is to be noted: one Int32. */
  readonly progress: SharedArrayBuffer;
}

/** An input that goes wrong. */
export interface Find {
  readonly index: number;
  readonly problem: string;
}

declare const self: Worker;

self.onmessage = async ({ data }: MessageEvent<Job>) => {
  const inputAt = inputsOf(data.seed);
  const progress = new Int32Array(data.progress);
  for (let index = data.from; ; index++) {
    Atomics.store(progress, 0, index);
    const problem = await problemOf(inputAt(index));
    if (problem !== undefined) self.postMessage({ index, problem } satisfies Find);
  }
};
