/** How much of a configuration its expectations test, and what they leave out. */
import type { JudgedScope } from "../judged-scope.ts";
import { type Thing, thingsIn } from "./things.ts";
import type { Touched } from "./touched.ts";

/** How many there are of a kind of thing, and how many of them some expectation touches. */
export interface Count {
  readonly total: number;
  readonly touched: number;
}

/** A thing that no expectation touches, and where it stands. Plain data. */
export type Untouched = Thing & {
  /** As messages name it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
};

/** What the expectations of a configuration test. Plain data. */
export interface Coverage {
  readonly counts: Readonly<Record<Thing["kind"], Count>>;
  /** How many of a hundred things are touched, rounded down: 100 only where all are. */
  readonly percent: number;
  /** File by file, in the order of the configuration. */
  readonly untouched: readonly Untouched[];
}

/** Finds out what expectations have not touched. @param placeOf where something stands */
export function coverageOf(
  scopes: readonly JudgedScope[],
  touched: Touched,
  placeOf: (thing: Thing) => Pick<Untouched, "file" | "line" | "column">,
): Coverage {
  const counts: Record<Thing["kind"], { total: number; touched: number }> = {
    rule: { total: 0, touched: 0 },
    number: { total: 0, touched: 0 },
    sms: { total: 0, touched: 0 },
    client: { total: 0, touched: 0 },
    screen: { total: 0, touched: 0 },
  };
  const untouched: Untouched[] = [];
  for (const thing of thingsIn(scopes)) {
    const count = counts[thing.kind];
    count.total++;
    if (touched.has(thing)) count.touched++;
    else untouched.push({ ...thing, ...placeOf(thing) });
  }
  const all = Object.values(counts).reduce((sum, { total }) => sum + total, 0);
  const percent = all === 0 ? 100 : Math.floor(((all - untouched.length) / all) * 100);
  return { counts, percent, untouched };
}
