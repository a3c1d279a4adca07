/** Files that are mounted by themselves, as containers mount a single file. */
import { readFile } from "node:fs/promises";

/**
 * Which of these files are mounted by themselves, and what each is called on the file system that it is from. None
 * where that cannot be known: on other systems than Linux, and where reading `/proc` is forbidden. Never throws.
 */
export async function mountedFiles(paths: Iterable<string>): Promise<Map<string, string>> {
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
