/** The state directory: where the server keeps what must survive a restart. */
import { mkdir } from "node:fs/promises";
import { errorCode } from "../config/files/text-file.ts";
import { within } from "./live/within.ts";

/** Its permissions, and those of the directories in it: what is kept is for this user alone. */
export const PRIVATE_DIRECTORY = 0o700;

/** How long the disk may take, in milliseconds. */
const PATIENCE_MS = 2000;

/** A directory for what must survive a restart. */
export interface State {
  readonly path: string;
  /**
   * Resolves once the disk has answered, where it takes long. Until then nothing may be asked of it: the threads that wait
   * for disks are few (two, with Bun on two cores), and the configuration needs one.
   */
  readonly isAwaited: Promise<unknown> | undefined;
}

/**
 * Makes the state directory where it is not there. What stands there with other permissions keeps them.
 *
 * @throws if it can be neither found nor made; the message names it, the reason, and what to do
 */
export async function makeStateDirectory(path: string): Promise<State> {
  const made = mkdir(path, { recursive: true, mode: PRIVATE_DIRECTORY }).then(() => true);
  try {
    const isMade = await within(PATIENCE_MS, made);
    return { path, isAwaited: isMade ? undefined : made.catch(() => {}) };
  } catch (error) {
    throw new Error(
      `cannot keep anything in the state directory ${path}: ${stateProblem(error)}; ${remedy(error)}, or name another one as \`state\` in [server]`,
      { cause: error },
    );
  }
}

function remedy(error: unknown): string {
  return /^(?:ENOSPC|EDQUOT)$/.test(errorCode(error) ?? "")
    ? "make room on it"
    : "make it writable for this user";
}

/** Why something cannot be kept, in words. */
export function stateProblem(error: unknown): string {
  switch (errorCode(error)) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EEXIST":
    case "ENOTDIR":
      return "it is not a directory";
    case "EROFS":
      return "the file system is read-only";
    case "ENOSPC":
      return "the disk is full";
    case "EDQUOT":
      return "the disk quota is used up";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
