/** Files that are mounted by themselves, as containers mount a single file. */
import { readFile } from "node:fs/promises";
import { isDetached } from "../../../config/files/text-file.ts";
import type { Looks } from "./looks.ts";

/** Files that were replaced outside their mount: what is seen here stays the old one, and only its name there tells. */
export class DetachedFiles {
  readonly #atStart: Promise<ReadonlyMap<string, string>>;
  #told: ReadonlySet<string> = new Set();

  /** @param files those of the start */
  constructor(files: Looks) {
    this.#atStart = mountedFiles(files.keys());
  }

  /** Those of `files` that have been replaced since they were asked for last. */
  async newIn(files: Looks): Promise<readonly string[]> {
    const [before, now] = [await this.#atStart, await mountedFiles(files.keys())];
    const isMoved = (path: string) => before.has(path) && now.has(path) && now.get(path) !== before.get(path);
    const found = [...files].flatMap(([path, look]) => (isDetached(look) || isMoved(path) ? [path] : []));
    const told = this.#told;
    this.#told = new Set(found);
    return found.filter((path) => !told.has(path));
  }
}

/**
 * Which of these files are mounted by themselves, and what each is called on the file system that it is from. None
 * where that cannot be known: on other systems than Linux, and where reading `/proc` is forbidden. Never throws.
 */
async function mountedFiles(paths: Iterable<string>): Promise<Map<string, string>> {
  const text = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  const wanted = new Set(paths);
  // What was mounted last on a path covers what was mounted there before.
  return new Map(mountsIn(text).filter(([at]) => wanted.has(at)));
}

/** The mount points of `/proc/self/mountinfo`, each with the path on its own file system; see proc_pid_mountinfo(5). */
export function mountsIn(text: string): [at: string, root: string][] {
  return text.split("\n").flatMap((line): [string, string][] => {
    const [, , , root, at] = line.split(" ");
    return root === undefined || at === undefined ? [] : [[unescaped(at), unescaped(root)]];
  });
}

/** Blanks and the like are written as three octal digits. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
