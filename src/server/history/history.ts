/** The history: records of calls that outlive the process, and what a start remembers of them. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../config/files/text-file.ts";
import type { Table } from "../../routing/table/table.ts";
import type { Memory } from "../facts/memory.ts";
import { within } from "../live/within.ts";
import type { Observer } from "../observe/observer.ts";
import { type CallRecord, recordOf } from "../observe/record.ts";
import type { Counted } from "../observe/totals.ts";
import { type State, stateProblem } from "../state.ts";
import { DAY_MS, type DayFile, dayFiles } from "./days.ts";
import { type Restored, restoreCallers } from "./restore.ts";
import { restoreTries } from "./restore-tries.ts";
import { HistoryWriter, type WriterEvent } from "./writer.ts";

/** What is told of the history. */
export type HistoryEvent =
  | WriterEvent
  /** What was recorded is remembered again. @property ms how long that took */
  | ({ readonly kind: "restored"; readonly ms: number } & Restored)
  /** What was recorded could not be read, or not in time: calls are decided without it. */
  | { readonly kind: "not restored"; readonly reason: string };

/** The history of a running server. */
export interface History {
  /** Records each call, once however often it is tried. */
  readonly observer: Pick<Observer, "answered">;
  /** How many records were lost. */
  readonly dropped: number;
  /** Writes what is waiting, for `graceMs` at most. */
  close(graceMs: number): Promise<void>;
}

/** What a history is opened with. */
export interface HistoryOptions {
  readonly state: State;
  readonly memory: Memory;
  /** The table in force at the start: its limits count what was recorded. */
  readonly table: Table;
  /** The hash of its configuration. */
  readonly config: string;
  /** How long calls are remembered, in milliseconds. */
  readonly keepMs: () => number;
  readonly told: (event: HistoryEvent) => void;
  /** Told of each call of the last day that was recorded before this process. */
  readonly recalled: (counted: Counted, atMs: number) => void;
  /** Told of the latest calls that were recorded before this process, the oldest first. */
  readonly latest: (records: readonly CallRecord[]) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long the disk may take before the server starts without knowing what may be tried again, in milliseconds. */
const TRIES_PATIENCE_MS = 2000;
/** How long the disk may take for one piece before the rest is given up, in milliseconds. */
const PIECE_PATIENCE_MS = 3000;

/**
 * Opens the history, and resolves once calls can be answered: what may be tried again is known by then. The rest is read
 * in the background; calls that ask for it wait for it, and no others.
 */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { state, keepMs, told, now } = options;
  const directory = join(state.path, "history");
  const writer = new HistoryWriter({ directory, told, keepMs, now });
  const known = state.isAwaited ? undefined : knownFiles(directory, options);
  const found = known && (await within(TRIES_PATIENCE_MS, known));
  if (!found) writer.waitFor(known ?? state.isAwaited);
  if (!found || "problem" in found) told({ kind: "not restored", reason: found?.problem ?? SLOW });
  else if (found.files.length > 0) void restore(found.files, options, writer);
  return {
    observer: {
      answered(call) {
        if (!call.isRetry) writer.write(JSON.stringify(recordOf(call)), call.facts.nowMs);
      },
    },
    get dropped() {
      return writer.dropped;
    },
    close: (graceMs) => writer.close(graceMs),
  };
}

type SizedFile = DayFile & { readonly size: number };

/** The files that are kept, as long as they are now; those of the last minutes are read. */
async function knownFiles(
  directory: string,
  { memory, table, config, keepMs, latest, now }: HistoryOptions,
): Promise<{ readonly files: readonly SizedFile[] } | { readonly problem: string }> {
  try {
    const files: SizedFile[] = [];
    for (const file of await dayFiles(directory)) {
      if (file.startMs + DAY_MS > now() - keepMs())
        files.push({ ...file, size: (await stat(file.path)).size });
    }
    latest(await restoreTries(files, { memory, table, config, nowMs: now(), tickMs: performance.now() }));
    return { files };
  } catch (error) {
    return errorCode(error) === "ENOENT" ? { files: [] } : { problem: stateProblem(error) };
  }
}

/** Reads what is recorded into the memory, and gives up where the disk hangs. */
async function restore(
  files: readonly SizedFile[],
  options: HistoryOptions,
  writer: HistoryWriter,
): Promise<void> {
  const { memory, table, keepMs, told, recalled, now } = options;
  const startedMs = performance.now();
  const nowMs = now();
  const finish = memory.beginRestoring();
  let isGivenUp = false;
  let aliveMs = startedMs;
  const givenUp = Promise.withResolvers<string>();
  const watch = setInterval(() => {
    if (performance.now() - aliveMs > PIECE_PATIENCE_MS) givenUp.resolve(SLOW);
  }, PIECE_PATIENCE_MS / 10);
  const reading = restoreCallers(files, {
    ...{ memory, table, nowMs, recalled },
    sinceMs: nowMs - keepMs(),
    isGivenUp: () => {
      aliveMs = performance.now();
      return isGivenUp;
    },
  }).catch((error: unknown) => stateProblem(error));
  const restored = await Promise.race([reading, givenUp.promise]);
  isGivenUp = true;
  clearInterval(watch);
  finish();
  // It still waits for the disk, perhaps: whoever writes must wait with it.
  writer.waitFor(reading);
  if (typeof restored === "string") told({ kind: "not restored", reason: restored });
  else told({ kind: "restored", ms: performance.now() - startedMs, ...restored });
}

const SLOW = "the disk does not answer";
