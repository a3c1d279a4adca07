/** The files of the history: one a day, in UTC. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** The history of one day. */
export interface DayFile {
  readonly path: string;
  /** When the day begins, in milliseconds since the epoch. */
  readonly startMs: number;
}

/** How long a day is, in milliseconds. */
export const DAY_MS = 86_400_000;

/** The name of the file that the record of a time goes into. @param ms milliseconds since the epoch */
export function dayName(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 10)}.jsonl`;
}

/** The files of a directory, the oldest first; what else is in it is left alone. @throws where it cannot be listed */
export async function dayFiles(directory: string): Promise<DayFile[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-\d\d-\d\d\.jsonl$/.test(name)).sort();
  return names.flatMap((name) => {
    const startMs = Date.parse(`${name.slice(0, 10)}T00:00:00Z`);
    return Number.isNaN(startMs) ? [] : [{ path: join(directory, name), startMs }];
  });
}

/**
 * Deletes the files of days that are older than `keepMs`. That counts back from now, unless every file but the current one
 * would be too old: then from the last day of them, since a clock that was set far ahead makes nothing old.
 *
 * @param current the path of the file that is being written
 * @param nowMs milliseconds since the epoch
 * @throws where one cannot be deleted
 */
export async function deleteOld(
  directory: string,
  current: string,
  keepMs: number,
  nowMs: number,
): Promise<void> {
  const others = (await dayFiles(directory)).filter(({ path }) => path !== current);
  const lastMs = (others.at(-1)?.startMs ?? 0) + DAY_MS;
  const beforeMs = (lastMs <= nowMs - keepMs ? lastMs : nowMs) - keepMs;
  for (const { path, startMs } of others) {
    if (startMs + DAY_MS <= beforeMs) await rm(path, { force: true });
  }
}
