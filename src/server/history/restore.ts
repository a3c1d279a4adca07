/** At start: what earlier records say goes back into the memory of calls. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { identityOf } from "../../routing/callers/call.ts";
import { readSent } from "../../routing/callers/phone.ts";
import type { Table } from "../../routing/table/table.ts";
import type { Memory } from "../facts/memory.ts";
import type { CallRecord } from "../observe/record.ts";
import type { DayFile } from "./days.ts";
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
  /\{"v":1,"time":"([^"]+)","client":"([^"\\]*)"(?:,"caller":"([^"\\]*)")?,"outcome":"[a-z]+"(?:,"agent":"([^"\\]*)")?(?:,"counted":(\["[^\]\\]*"\]))?,"channel":/y;

/**
 * Reads the records of files, the oldest first, into the memory. Goes on between calls.
 *
 * @param sinceMs what is older is not remembered, in milliseconds since the epoch
 * @param isGivenUp asked now and then: then what is left is not read
 * @throws where a file cannot be read
 */
export async function restoreCallers(
  files: readonly (DayFile & { readonly size: number })[],
  memory: Memory,
  table: Table,
  sinceMs: number,
  { nowMs, isGivenUp }: { readonly nowMs: number; readonly isGivenUp: () => boolean },
): Promise<Restored> {
  const found = new Found();
  const limits = new LimitsRestorer(memory, table, nowMs);
  for (const { path, size } of files) {
    let line = 1;
    const pieces = piecesOf(path, size);
    for (;;) {
      const next = await pieces.next();
      if (next.done) {
        if (next.value > 0) found.torn.push(path);
        break;
      }
      if (isGivenUp()) {
        await pieces.return(0);
        return found;
      }
      const { text } = next.value;
      for (let at = 0; at < text.length; line++) {
        const end = text.indexOf("\n", at);
        const head = headAt(text, at, end) ?? readRecord(text.slice(at, end));
        if (!head) {
          if (end > at) found.unreadableAt(`${path}:${line}`);
        } else {
          const atMs = Date.parse(head.time);
          if (atMs >= sinceMs) {
            found.calls++;
            if (head.caller !== undefined) memory.restoreCaller(head.client, head.caller, atMs, head.agent);
            if (head.counted)
              limits.restore(head, head.counted, atMs, () => readRecord(text.slice(at, end))?.to);
          }
        }
        at = end + 1;
      }
      await nextTurn();
    }
  }
  return found;
}

/** What a start needs of a record. */
type Head = Pick<CallRecord, "time" | "client" | "caller" | "agent" | "counted">;

/** The beginning of the record that stands between two places in a text; undefined where it is not as it is written. */
function headAt(text: string, at: number, end: number): Head | undefined {
  // One that was torn in the middle has no end.
  if (text.charCodeAt(end - 1) !== CLOSING_BRACE) return undefined;
  HEAD.lastIndex = at;
  const match = HEAD.exec(text);
  if (!match) return undefined;
  const [, time = "", client = "", caller, agent, counted] = match;
  return {
    time,
    client,
    ...(caller !== undefined && { caller }),
    ...(agent !== undefined && { agent }),
    ...(counted !== undefined && { counted: JSON.parse(counted) as string[] }),
  };
}

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

/** Counts recorded calls for the limits of a configuration, as far as their windows reach. */
class LimitsRestorer {
  readonly #memory: Memory;
  readonly #table: Table;
  readonly #nowMs: number;

  constructor(memory: Memory, table: Table, nowMs: number) {
    this.#memory = memory;
    this.#table = table;
    this.#nowMs = nowMs;
  }

  /** @param dialled the number dialled, which is asked for only where a limit needs it */
  restore(
    { client, caller }: Head,
    counted: readonly string[],
    atMs: number,
    dialled: () => string | undefined,
  ): void {
    const scope = this.#table.scopes.get(client);
    for (const name of counted) {
      const limit = scope?.limits.get(name);
      if (!scope || !limit || atMs <= this.#nowMs - limit.plan.perMs) continue;
      const { id, plan } = limit;
      switch (plan.by) {
        case "all":
          this.#memory.restoreCount(id, plan, "", atMs);
          break;
        case "caller":
          this.#memory.restoreCount(id, plan, caller ?? "withheld", atMs);
          break;
        case "number":
          this.#memory.restoreCount(id, plan, identityOf(readSent(dialled() ?? "", scope.country)), atMs);
          break;
      }
    }
  }
}
