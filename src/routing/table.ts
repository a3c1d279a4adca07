/** The immutable table that calls are decided by, and how it is compiled. */
import {
  type Callers,
  type CallerTest,
  compileCallers,
  compileCallersSliced,
  entriesOf,
  sizeOf,
} from "./callers.ts";
import { type JsonTable, mergeDeep, mergeKeys } from "./merge.ts";
import type { CountryCode } from "./phone.ts";
import { compileFill, type Fill } from "./placeholders.ts";
import type { DefaultsPlan, NumberPlan, RoutingPlan, Target } from "./plan.ts";
import { atOnce, type Sliced } from "./slices.ts";

/** A place in the configuration, for explanations: `[defaults]`, an agent, or the number's own entry. */
export type Origin = "defaults" | "agent" | "number";

/** A set of callers compiled, with what to say of it. */
export interface Screen {
  readonly origin: Origin;
  readonly test: CallerTest;
  /** Some of its entries as written. */
  readonly entries: readonly string[];
  /** How many entries it has in all. */
  readonly size: number;
}

/** A preset that applies to a route, and where it was named. */
export interface AppliedPreset {
  readonly name: string;
  readonly origin: Origin;
}

/** What a caller who is let in gets. */
export interface Route {
  readonly target: Target;
  /** Weakest first. */
  readonly presets: readonly AppliedPreset[];
  readonly variables: Fill<Readonly<Record<string, string>>>;
  readonly metadata: Fill<JsonTable>;
  readonly override: Fill<JsonTable>;
}

/** An entry of `[numbers]`, compiled. */
export interface Line {
  readonly entry: string;
  readonly how: "exact" | "prefix" | "any";
  /** Checked in this order; the first that holds rejects. */
  readonly deny: readonly Screen[];
  /** Undefined where every caller who is not denied is let in. */
  readonly allow: Screen | undefined;
  readonly route: Route;
}

/** Everything that decides a call. Immutable. */
export interface Table {
  readonly country: CountryCode | undefined;
  /** The entry for a dialled number: exact, else the longest prefix, else `*`. */
  readonly lineFor: (dialled: string) => Line | undefined;
  /** How many entries `[numbers]` has. */
  readonly size: number;
  readonly unrouted: "pass" | "reject";
}

/** Compiles what the configuration says into the table that decides calls. */
export function compileTable(plan: RoutingPlan): Table {
  return atOnce(compileTableSliced(plan));
}

/** {@link compileTable} in {@link Sliced} form. */
export function* compileTableSliced(plan: RoutingPlan): Sliced<Table> {
  const listTests = new Map<string, CallerTest>();
  const listTest = (list: string): CallerTest => {
    named(plan.lists, list);
    // A list may name one that is compiled after it, so it is looked up when a call comes.
    return (caller) => listTests.get(list)?.(caller);
  };
  for (const [name, callers] of plan.lists)
    listTests.set(name, yield* compileCallersSliced(callers, listTest));

  const screen = (origin: Origin, callers: Callers): Screen => ({
    origin,
    test: compileCallers(callers, listTest),
    entries: entriesOf(callers, 5),
    size: sizeOf(callers),
  });

  const { defaults } = plan;
  const defaultDeny = screen("defaults", defaults.deny);
  const defaultAllow = screen("defaults", defaults.allow);
  const lineOf = (number: NumberPlan): Line => {
    const allow = number.allow ? screen("number", number.allow) : defaultAllow;
    return {
      entry: number.entry,
      how: number.pattern.kind,
      deny: [defaultDeny, screen("number", number.deny)].filter((set) => set.size > 0),
      allow: allow.size > 0 ? allow : undefined,
      route: compileRoute(plan, defaults, number),
    };
  };

  const exact = new Map<string, Line>();
  const prefixes = new Map<string, Line>();
  let any: Line | undefined;
  for (const [at, number] of plan.numbers.entries()) {
    if (at % 20 === 0) yield;
    const line = lineOf(number);
    switch (number.pattern.kind) {
      case "exact":
        exact.set(number.pattern.number, line);
        break;
      case "prefix":
        prefixes.set(number.pattern.prefix, line);
        break;
      case "any":
        any = line;
        break;
    }
  }
  const prefixLengths = [...new Set([...prefixes.keys()].map((prefix) => prefix.length))].sort(
    (a, b) => b - a,
  );

  return {
    country: plan.country,
    lineFor: (dialled) => {
      const line = exact.get(dialled);
      if (line) return line;
      for (const length of prefixLengths) {
        const candidate = prefixes.get(dialled.slice(0, length));
        if (candidate) return candidate;
      }
      return any;
    },
    size: plan.numbers.length,
    unrouted: defaults.unrouted,
  };
}

/** Merges what applies to a route: `[defaults]`, then the agent's own presets, then the number. */
function compileRoute(plan: RoutingPlan, defaults: DefaultsPlan, number: NumberPlan): Route {
  const { target } = number;
  const from = (origin: Origin, names: readonly string[]): AppliedPreset[] =>
    names.map((name) => ({ name, origin }));
  const presets = [
    ...from("defaults", defaults.presets),
    ...from("agent", target.kind === "agent" ? target.agent.presets : []),
    ...from("number", number.presets),
  ];
  return {
    target,
    presets,
    variables: compileFill(mergeKeys([defaults.variables, number.variables])),
    metadata: compileFill(mergeKeys([defaults.metadata, number.metadata])),
    override: compileFill(mergeDeep(presets.map(({ name }) => named(plan.presets, name)))),
  };
}

/** @throws for a name that the configuration should have refused */
function named<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`Cannot compile the routing table: there is no "${name}"`);
  return value;
}
