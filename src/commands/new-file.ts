/** Writing files that are not there yet. */
import { writeFile } from "node:fs/promises";
import { errorCode } from "../config/files/text-file.ts";

/** What is said of a file that is there already. */
export const THERE = "already exists";

/** Writes a file that is not there yet, or says why it cannot be written. */
export async function writeNew(path: string, text: string, mode: number): Promise<string | undefined> {
  try {
    await writeFile(path, text, { flag: "wx", mode });
    return undefined;
  } catch (error) {
    return errorCode(error) === "EEXIST" ? THERE : reasonOf(error);
  }
}

/** Why a file or a directory cannot be written, in words. */
export function reasonOf(error: unknown): string {
  switch (errorCode(error)) {
    case "EEXIST":
    case "ENOTDIR":
      return "a file of that name is in the way";
    case "ENOENT":
      return "there is no such directory";
    case "EACCES":
    case "EPERM":
      return "this user has no permission to write there";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
