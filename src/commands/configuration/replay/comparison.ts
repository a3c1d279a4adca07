/** What came of deciding many calls anew: the first that differ, and counts of all, however many they are. */
import type { Unknown } from "../../../server/history/decide-anew.ts";
import type { CallRecord } from "../../../server/observe/record.ts";
import { decidedBy, placeWords, type Where } from "./where.ts";

/** A call that would go elsewhere. */
export interface Difference extends Pick<CallRecord, "time" | "client" | "channel" | "from" | "to" | "id"> {
  /** Where its record stands: `history/2026-07-01.jsonl:12`. */
  readonly place: string;
  readonly before: Where;
  readonly after: Where;
}

/** Calls that go elsewhere in the same way. */
export interface Group {
  readonly client: string;
  /** One of them. */
  readonly before: Where;
  readonly after: Where;
  calls: number;
}

/** Something that records say nothing of, and for how many calls. */
export type UnknownCount = Unknown & { calls: number };

/** Why a line was left out. */
export type Skipped = "torn" | "not JSON" | "not a record" | "newer" | "masked";

/** The lines that were left out for one reason. */
export interface SkippedLines {
  readonly why: Skipped;
  lines: number;
  /** The places of the first few. */
  readonly first: string[];
}

/** So many groups are counted apart; what is beyond them is counted together. */
const MOST_GROUPS = 10_000;
/** So many lines that were left out are named, of each kind. */
const MOST_NAMED = 3;

/** Counts calls and what becomes of them. Bounded, whatever is replayed. */
export class Comparison {
  calls = 0;
  differ = 0;
  /** Those in groups that are not counted apart. */
  inOtherGroups = 0;
  readonly differences: Difference[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #unknown = new Map<string, UnknownCount>();
  readonly #skipped = new Map<Skipped, SkippedLines>();
  readonly #mostListed: number;

  /** @param mostListed how many of the calls that differ are kept */
  constructor(mostListed: number) {
    this.#mostListed = mostListed;
  }

  /** The calls that differ by client and rule, the most first. */
  get groups(): readonly Group[] {
    return [...this.#groups.values()].sort((a, b) => b.calls - a.calls);
  }

  get unknown(): readonly UnknownCount[] {
    return [...this.#unknown.values()];
  }

  get skipped(): readonly SkippedLines[] {
    return [...this.#skipped.values()];
  }

  /** Counts a call, and what its record says nothing of. */
  called(unknown: readonly Unknown[]): void {
    this.calls++;
    for (const one of unknown) {
      const key = `${one.kind} ${one.name}`;
      const count = this.#unknown.get(key);
      if (count) count.calls++;
      else this.#unknown.set(key, { ...one, calls: 1 });
    }
  }

  /** Counts a call that would go elsewhere. */
  differs(difference: Difference): void {
    this.differ++;
    if (this.differences.length < this.#mostListed) this.differences.push(difference);
    const { client, before, after } = difference;
    const key = JSON.stringify([client, ...[before, after].flatMap((of) => [decidedBy(of), placeWords(of)])]);
    const group = this.#groups.get(key);
    if (group) group.calls++;
    else if (this.#groups.size < MOST_GROUPS) this.#groups.set(key, { client, before, after, calls: 1 });
    else this.inOtherGroups++;
  }

  /** Counts a line that was left out. */
  skip(why: Skipped, place: string): void {
    const lines = this.#skipped.get(why) ?? { why, lines: 0, first: [] };
    this.#skipped.set(why, lines);
    lines.lines++;
    if (lines.first.length < MOST_NAMED) lines.first.push(place);
  }
}
