/** Work cut into slices, so that whoever drives it can do something else in between. */

/** Work that yields between its slices, and returns its result at the end. */
export type Sliced<Result> = Generator<undefined, Result>;

/** Does all of the work at once. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
