/** What is replayed: a file of records, or all of a directory. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../../config/files/text-file.ts";
import { dayFiles } from "../../../server/history/days.ts";

/** A file of records. */
export interface RecordFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** The files of a path, the oldest first: the file itself, a directory of days, or the state directory above one. */
export async function recordFiles(
  path: string,
): Promise<readonly RecordFile[] | { readonly problem: string }> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return [{ path, size: found.size }];
    for (const directory of [path, join(path, "history")]) {
      const days = await dayFiles(directory).catch(() => []);
      const sizes = days.map(async (day) => ({ path: day.path, size: (await stat(day.path)).size }));
      if (days.length > 0) return await Promise.all(sizes);
    }
    return { problem: "it holds no history: files such as 2026-12-25.jsonl" };
  } catch (error) {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "it does not exist",
      EACCES: "permission denied",
    };
    const reason = reasons[errorCode(error) ?? ""];
    return { problem: reason ?? (error instanceof Error ? error.message : String(error)) };
  }
}
