/** Looking at many files at once, some of which may be on a file system that does not answer. */
import { isPassing, type Look } from "../../config/files/text-file.ts";

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
  // Each look that hangs holds a thread of the runtime's, and they are few: one a file is enough.
  const waiting = new Map<string, Promise<Look>>();
  const lookOnce = (path: string): Promise<Look> => {
    const known = waiting.get(path);
    if (known) return known;
    const started = look(path).finally(() => waiting.delete(path));
    waiting.set(path, started);
    return started;
  };
  return async (before) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, patienceMs, undefined);
    });
    const seen = await Promise.all(
      [...before].map(async ([path, old]) => {
        const now = await Promise.race([lookOnce(path), patience]);
        return [path, now === undefined || isPassing(now) ? old : now] as const;
      }),
    );
    clearTimeout(timer);
    return new Map(seen);
  };
}

/** Whether the same files look the same. */
export function sameLooks(a: Looks, b: Looks): boolean {
  return a.size === b.size && [...a].every(([file, look]) => b.get(file) === look);
}
