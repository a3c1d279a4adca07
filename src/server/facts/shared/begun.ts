/** What the server says of a call that is begun. */
import * as v from "valibot";
import type { FirstTry } from "../counters.ts";
import type { Earlier } from "../earlier-calls.ts";

/** What is known of a call that is counted together. */
export interface Begun {
  /** Undefined where this is the first try. */
  readonly first: FirstTry | undefined;
  /** Whether each limit was reached, by name. */
  readonly over: ReadonlyMap<string, boolean>;
  /** The limits that the call has a place in, by name. */
  readonly taken: ReadonlySet<string>;
  /** The caller's earlier calls; undefined where there are none. */
  readonly earlier: Earlier | undefined;
  /** Whether a machine has already said what became of it. */
  readonly isSettled: boolean;
}

/** A number, as a script returns it or as it is stored. */
const number = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.finite());

/** In the order in which the script returns it. */
const answerSchema = v.tuple([
  number,
  number,
  v.pipe(v.string(), v.parseJson(), v.array(v.string())),
  v.string(),
  v.string(),
  number,
  number,
  v.string(),
  v.nullable(v.string()),
  v.nullable(v.string()),
]);

/** What look-ups said, by what was asked. */
const foundSchema = v.pipe(v.string(), v.parseJson(), v.array(v.tuple([v.string(), v.string()])));

/** Reads what the script answers. @throws for anything else */
export function readBegun(answer: unknown): Begun {
  const [sinceMs, cameMs, names, over, taken, calls, lastMs, agent, found, settled] = v.parse(
    answerSchema,
    answer,
  );
  const read = found === null ? undefined : new Map(v.parse(foundSchema, found));
  return {
    first: sinceMs < 0 ? undefined : { cameMs, sinceMs, found: read },
    over: new Map(names.map((name, at) => [name, over[at] === "1"])),
    taken: new Set(names.filter((_, at) => taken[at] === "1")),
    earlier: calls > 0 ? { calls, lastMs, lastAgent: agent || undefined } : undefined,
    isSettled: settled !== null,
  };
}
