/** Looking at many files at once, some of which may be on a file system that does not answer. */
import { dirname } from "node:path";
import { deviceOf, isPassing, type Look } from "../../../config/files/text-file.ts";
import { within } from "../within.ts";

/** Files by path, with what they look like. */
export type Looks = ReadonlyMap<string, Look>;

/** Looks at one file. */
export type LookAt = (path: string) => Promise<Look>;

/**
 * Makes a function that looks at the files of `before` anew. What cannot be seen now, because the file system does not
 * answer within `patienceMs` or fails for a reason that may pass, keeps the look that it had: one mount that hangs
 * hides no change elsewhere, and is itself no change.
 */
export function lookAgain(look: LookAt, patienceMs: number): (before: Looks) => Promise<Looks> {
  // Each look that hangs holds a thread of the runtime's, of which Bun has two on two cores, and as many that hang
  // stop all others: so each file system is asked for one file at a time, and no more until it has answered.
  const hanging = new Set<string>();
  return async (before) => {
    const looks = new Map(before);
    const lookAtAll = async (fileSystem: string, files: Iterable<string>) => {
      let done = 0;
      let isLate = false;
      const looking = (async () => {
        for (const path of files) {
          if (hanging.has(fileSystem)) return;
          const now = await look(path);
          if (isLate) return;
          if (!isPassing(now)) looks.set(path, now);
          done += 1;
        }
      })();
      // One timer for all: one for each of a thousand files would cost more than the looks.
      if (await isFinished(looking, patienceMs, () => done)) return;
      isLate = true;
      hanging.add(fileSystem);
      void looking.finally(() => hanging.delete(fileSystem));
    };
    const fileSystems = Map.groupBy(
      before.keys(),
      (path) => deviceOf(before.get(path) ?? "") ?? dirname(path),
    );
    await Promise.all([...fileSystems].map(([fileSystem, files]) => lookAtAll(fileSystem, files)));
    return looks;
  };
}

/** Waits for work, unless a step of it takes longer than `stepMs`, or twice that. @returns whether it is finished */
async function isFinished(work: Promise<void>, stepMs: number, steps: () => number): Promise<boolean> {
  const finished = work.then(() => true);
  for (;;) {
    const before = steps();
    if (await within(stepMs, finished)) return true;
    if (steps() === before) return false;
  }
}

/** Whether the same files look the same. */
export function sameLooks(a: Looks, b: Looks): boolean {
  return a.size === b.size && [...a].every(([file, look]) => b.get(file) === look);
}
