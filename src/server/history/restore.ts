/** At start: what earlier records say goes back into the memory of calls. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { identityOf } from "../../routing/callers/call.ts";
import { readSent } from "../../routing/callers/phones/phone.ts";
import type { Table } from "../../routing/table/table.ts";
import type { Memory } from "../facts/memory.ts";
import type { CallRecord } from "../observe/record.ts";
import type { Counted } from "../observe/totals.ts";
import { DAY_MS, type DayFile } from "./days.ts";
import { piecesOf } from "./lines.ts";
import { readRecord } from "./read-record.ts";

/** What came of reading the history. */
export interface Restored {
  /** How many calls were remembered again. */
  readonly calls: number;
  /** Lines that are no records, by their place, the first few of them; and how many there are. */
  readonly unreadable: readonly string[];
  readonly unreadableCount: number;
  /** Files whose last line was torn. */
  readonly torn: readonly string[];
}

/** So many lines that are no records are named. */
const MOST_NAMED = 3;

/**
 * What a start needs of a record, at its beginning and in the order in which it is written; whatever else is written in
 * the same form may look otherwise, and is read as JSON. Reading all of a million records as JSON takes thrice as long.
 */
const HEAD =
  /\{"v":1,"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","client":"([^"\\]*)"(?:,"caller":"([^"\\]*)")?,"outcome":"(agent|pass|reject)"(?:,"agent":"([^"\\]*)")?(?:,"counted":(\["[^\]\\]*"\]))?,"channel":/y;

/** What records are taken in with. */
export interface Restoring {
  readonly memory: Memory;
  readonly table: Table;
  readonly nowMs: number;
  /** What is older is not remembered, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Told of each call of the last day. */
  readonly recalled: (counted: Counted, atMs: number) => void;
  /** Asked for each piece of a file: then what is left is not read. */
  readonly isGivenUp: () => boolean;
}

/**
 * Reads the records of files, the oldest first, into the memory. Goes on between calls.
 *
 * @throws where a file cannot be read
 */
export async function restoreCallers(
  files: readonly (DayFile & { readonly size: number })[],
  restoring: Restoring,
): Promise<Restored> {
  const found = new Found();
  for (const file of files) {
    const pieces = piecesOf(file.path, file.size);
    try {
      if (!(await restoreFile(file, pieces, restoring, found))) break;
    } finally {
      await pieces.return(0);
    }
  }
  return found;
}

/** Resolves with false where it was given up. */
async function restoreFile(
  file: DayFile,
  pieces: ReturnType<typeof piecesOf>,
  restoring: Restoring,
  found: Found,
): Promise<boolean> {
  const heads = new HeadReader(file);
  let line = 1;
  for (;;) {
    const next = await pieces.next();
    if (next.done) {
      if (next.value > 0) found.torn.push(file.path);
      return true;
    }
    if (restoring.isGivenUp()) return false;
    const { text } = next.value;
    for (let at = 0; at < text.length; line++) {
      const [start, end] = [at, text.indexOf("\n", at)];
      at = end + 1;
      if (end === start) continue;
      const head = heads.read(text, start, end);
      if (!head) found.unreadableAt(`${file.path}:${line}`);
      else if (head.atMs >= restoring.sinceMs) {
        found.calls++;
        takeIn(head, restoring, () => readRecord(text.slice(start, end)));
      }
    }
    await nextTurn();
  }
}

/** @param whole reads the whole record, which is asked for only where more than its beginning is needed */
function takeIn(head: Head, restoring: Restoring, whole: () => CallRecord | undefined): void {
  const { client, caller, outcome, agent, atMs, counted } = head;
  const { memory, nowMs, recalled } = restoring;
  if (atMs > nowMs - DAY_MS) recalled({ client, outcome, entry: whole()?.entry }, atMs);
  if (caller !== undefined) memory.restoreCaller(client, caller, atMs, agent);
  if (counted) takeInCounts(head, counted, restoring, whole);
}

/** Counts a call for the limits that counted it, as far as their windows reach. */
function takeInCounts(
  { client, caller, atMs }: Head,
  counted: readonly string[],
  { memory, table, nowMs }: Restoring,
  whole: () => CallRecord | undefined,
): void {
  const scope = table.scopes.get(client);
  for (const name of counted) {
    const limit = scope?.limits.get(name);
    if (!scope || !limit || atMs <= nowMs - limit.plan.perMs) continue;
    const { id, plan } = limit;
    switch (plan.by) {
      case "all":
        memory.restoreCount(id, plan, "", atMs);
        break;
      case "caller":
        memory.restoreCount(id, plan, caller ?? "withheld", atMs);
        break;
      case "number":
        memory.restoreCount(id, plan, identityOf(readSent(whole()?.to ?? "", scope.country)), atMs);
        break;
    }
  }
}

/** What a start needs of a record. */
interface Head {
  readonly atMs: number;
  readonly client: string;
  readonly caller: string | undefined;
  readonly outcome: CallRecord["outcome"];
  readonly agent: string | undefined;
  readonly counted: readonly string[] | undefined;
}

/** Reads the beginnings of records. */
class HeadReader {
  /** The day of the file that is read, as records have it: most of them are of that day. */
  readonly #day: string;
  readonly #dayMs: number;
  /** Lists of limits, of which there are few. */
  readonly #counted = new Map<string, readonly string[]>();

  constructor({ startMs }: DayFile) {
    this.#dayMs = startMs;
    this.#day = new Date(startMs).toISOString().slice(0, "2026-12-25T".length);
  }

  /** The beginning of the record that stands between two places in a text; undefined where there is none. */
  read(text: string, at: number, end: number): Head | undefined {
    return this.#asWritten(text, at, end) ?? headOf(readRecord(text.slice(at, end)));
  }

  #asWritten(text: string, at: number, end: number): Head | undefined {
    // One that was torn in the middle has no end.
    if (text.charCodeAt(end - 1) !== CLOSING_BRACE) return undefined;
    HEAD.lastIndex = at;
    const match = HEAD.exec(text);
    if (!match) return undefined;
    const [, client = "", caller, outcome, agent, counted] = match;
    return {
      atMs: this.#timeAt(text, at + TIME_AT),
      client,
      caller,
      agent,
      outcome: outcomeOf(outcome),
      counted: this.#limits(counted),
    };
  }

  /** Reading the digits takes a fifth of the time that `Date.parse` takes. */
  #timeAt(text: string, at: number): number {
    if (!text.startsWith(this.#day, at))
      return Date.parse(text.slice(at, at + "2026-12-25T10:05:00.000Z".length));
    const digit = (offset: number) => text.charCodeAt(at + offset) - ZERO;
    const two = (offset: number) => digit(offset) * 10 + digit(offset + 1);
    const seconds = (two(11) * 60 + two(14)) * 60 + two(17);
    return this.#dayMs + seconds * 1000 + digit(20) * 100 + two(21);
  }

  #limits(written: string | undefined): readonly string[] | undefined {
    if (written === undefined) return undefined;
    const known = this.#counted.get(written);
    if (known) return known;
    const names = JSON.parse(written) as string[];
    this.#counted.set(written, names);
    return names;
  }
}

/** One that the pattern lets through. */
function outcomeOf(text: string | undefined): CallRecord["outcome"] {
  return text === "agent" || text === "pass" ? text : "reject";
}

function headOf(record: CallRecord | undefined): Head | undefined {
  if (!record) return undefined;
  const { time, client, caller, outcome, agent, counted } = record;
  return { atMs: Date.parse(time), client, caller, outcome, agent, counted };
}

/** Where the time stands in a record. */
const TIME_AT = '{"v":1,"time":"'.length;
const ZERO = 48;
const CLOSING_BRACE = 125;

class Found implements Restored {
  calls = 0;
  unreadable: string[] = [];
  unreadableCount = 0;
  torn: string[] = [];

  unreadableAt(place: string): void {
    this.unreadableCount++;
    if (this.unreadable.length < MOST_NAMED) this.unreadable.push(place);
  }
}
