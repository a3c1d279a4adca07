/** Long work in the thread that answers calls. */
import type { Sliced } from "../../routing/slices.ts";

/** How long work may go on before calls get their turn, in milliseconds. */
const SLICE_MS = 1;

/** Does work a slice at a time, and lets calls be answered in between. */
export async function betweenCalls<Result>(work: Sliced<Result>): Promise<Result> {
  let endMs = performance.now() + SLICE_MS;
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < endMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    endMs = performance.now() + SLICE_MS;
  }
}
