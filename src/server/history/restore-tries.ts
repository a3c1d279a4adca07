/** Before the server listens: the calls of the last minutes, which may be tried again. */
import { open } from "node:fs/promises";
import { circumstancesOf } from "../../routing/circumstances.ts";
import { lookupsAsked } from "../../routing/lookups/asked.ts";
import type { Answered } from "../../routing/lookups/result.ts";
import type { Table } from "../../routing/table/table.ts";
import type { FoundByTries } from "../facts/found.ts";
import { questionOf } from "../facts/inquiries.ts";
import type { EarlierTry, Memory } from "../facts/memory.ts";
import { BY_ID_MS } from "../facts/retries.ts";
import type { CallRecord } from "../observe/record.ts";
import type { DayFile } from "./days.ts";
import { callOf, historyOf, recalled } from "./decide-anew.ts";
import { readRecord } from "./read-record.ts";

/** How much is read at once from the end of a file, in bytes. */
const BLOCK_BYTES = 1024 * 1024;
/** The most that is read, in bytes: some hundred thousand calls. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What tries are taken in with. */
export interface RestoringTries {
  readonly memory: Memory;
  /** The table in force at the start. */
  readonly table: Table;
  /** The hash of its configuration. */
  readonly config: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The same moment as `Memory.recall` has it. */
  readonly tickMs: number;
}

/**
 * Takes in the calls that may be tried again. Reads no more of the files than that needs.
 *
 * @returns the records that were read, the oldest first: at least those of the calls that may be tried again
 * @throws where a file cannot be read
 */
export async function restoreTries(
  files: readonly DayFile[],
  restoring: RestoringTries,
): Promise<readonly CallRecord[]> {
  const { memory, nowMs, tickMs } = restoring;
  const sinceMs = nowMs - BY_ID_MS;
  const latest: CallRecord[][] = [];
  for (const { path } of files.toReversed()) {
    const { records, isWhole } = await lastRecords(path, sinceMs);
    latest.unshift(records);
    if (!isWhole) break;
  }
  const records = latest.flat();
  for (const record of records) {
    if (Date.parse(record.time) >= sinceMs) memory.restoreTry(tryOf(record, restoring), nowMs, tickMs);
  }
  return records;
}

/** The last records of a file, as far back as a time; `isWhole` where the file begins later. */
async function lastRecords(
  path: string,
  sinceMs: number,
): Promise<{ readonly records: CallRecord[]; readonly isWhole: boolean }> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const blocks: Buffer[] = [];
    for (let start = size; start > 0; ) {
      const length = Math.min(BLOCK_BYTES, start);
      start -= length;
      const block = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(block, 0, length, start);
      blocks.unshift(block.subarray(0, bytesRead));
      const first = start === 0 ? undefined : firstRecord(block);
      const isFarEnough = first !== undefined && Date.parse(first.time) < sinceMs;
      if (isFarEnough || size - start >= MOST_BYTES) return { records: recordsIn(blocks), isWhole: false };
    }
    return { records: recordsIn(blocks), isWhole: true };
  } finally {
    await file.close();
  }
}

/** The first record of a block that begins in the middle of a line. */
function firstRecord(block: Buffer): CallRecord | undefined {
  for (let start = block.indexOf(10) + 1; start > 0; ) {
    const end = block.indexOf(10, start);
    if (end < 0) return undefined;
    const record = readRecord(block.toString("utf8", start, end));
    if (record) return record;
    start = end + 1;
  }
  return undefined;
}

function recordsIn(blocks: readonly Buffer[]): CallRecord[] {
  const lines = Buffer.concat(blocks).toString().split("\n");
  return lines.flatMap((line) => readRecord(line) ?? []);
}

function tryOf(record: CallRecord, restoring: RestoringTries): EarlierTry {
  const { limits = {}, history, time } = record;
  return {
    ...callOf(record),
    firstMs: Date.parse(time),
    verdicts: new Map(Object.entries(limits)),
    history: history && historyOf(record),
    found: foundOf(record, restoring),
  };
}

/**
 * What look-ups said. A record has what the configuration used of it: where that has changed, they are asked anew, as
 * they are without a restart where the question is another one.
 */
function foundOf(record: CallRecord, { table, config }: RestoringTries): FoundByTries | undefined {
  const { lookups } = record;
  if (!lookups || record.config !== config) return undefined;
  const { arrival, facts } = recalled(table, record);
  const circumstances = circumstancesOf(arrival, facts);
  const found: FoundByTries = new Map();
  for (const { name, ask } of lookupsAsked(arrival)) {
    const [request, result] = [ask(circumstances), lookups[name]];
    if (typeof request === "string" || !result) continue;
    const answered: Answered = { ...result, ms: 0, from: "network" };
    found.set(questionOf(request), JSON.stringify(answered));
  }
  return found;
}
