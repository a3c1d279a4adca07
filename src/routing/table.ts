/** The immutable table that calls are decided by. `compile.ts` makes it. */
import type { PhoneKey } from "./callers/canonical.ts";
import type { CallerTest } from "./callers/lookup.ts";
import type { CountryCode } from "./callers/phone.ts";
import type { Condition } from "./conditions.ts";
import type { AppliedPreset, Origin } from "./decision.ts";
import type { JsonTable } from "./merge.ts";
import type { Contact, LimitPlan, Target } from "./plan.ts";
import type { Fill } from "./templates/fill.ts";

/** A set of callers compiled, with what to say of it. */
export interface Screen {
  readonly origin: Origin;
  readonly test: CallerTest;
  /** Its entries, as `callersWords` names them. */
  readonly entries: string;
}

/** What a call is given where a rule decides, or where none does. */
export interface Effect {
  readonly delayMs: number;
  /** What lies under what the contact says: `[defaults]` and the number. */
  readonly variables: Fill<Readonly<Record<string, string>>>;
  /** What lies over it: the rule; undefined where that adds none. */
  readonly overVariables: Fill<Readonly<Record<string, string>>> | undefined;
  readonly metadata: Fill<JsonTable>;
}

/** A rule, compiled. */
export interface Rule {
  readonly name: string | undefined;
  /** Its place among the rules of its route, from 0. */
  readonly at: number;
  /** All of them must hold; in the order in which they are tried. */
  readonly conditions: readonly Condition[];
  /** Undefined where the rule keeps that of its route. */
  readonly target: Target | undefined;
  readonly presets: readonly string[];
  readonly effect: Effect;
}

/** What rules can ask for that is not in the call. */
export interface Asks {
  /** Names of limits, each once. */
  readonly limits: readonly string[];
}

/** A route for calls or for texts, compiled. */
export interface Route {
  /** Checked in this order; the first that matches rejects. */
  readonly deny: readonly Screen[];
  /** The caller must be in each of them. */
  readonly allow: readonly Screen[];
  readonly rules: readonly Rule[];
  readonly asks: Asks;
  readonly target: Target;
  readonly presets: readonly string[];
  /** Where no rule decides. */
  readonly effect: Effect;
}

/** An entry of `[numbers]`, compiled. */
export interface Entry {
  /** The key as it is written. */
  readonly name: string;
  readonly how: "exact" | "prefix" | "any";
  readonly calls: Route;
  /** Undefined where texts have no route, and pass. */
  readonly texts: Route | undefined;
}

/** Everything that decides a call. Immutable. */
export interface Table {
  readonly country: CountryCode | undefined;
  /** The entry for a dialled number: exact, else the longest prefix, else `*`. */
  readonly entryFor: (dialled: PhoneKey | undefined) => Entry | undefined;
  /** How many entries `[numbers]` has. */
  readonly size: number;
  readonly unrouted: "pass" | "reject";
  readonly contacts: ReadonlyMap<PhoneKey, Contact>;
  /** The columns that are handed on as dynamic variables. */
  readonly contactVariables: readonly { readonly name: string; readonly at: number }[];
  readonly defaultPresets: readonly string[];
  /** The override that presets make together, weakest first. */
  readonly override: (presets: readonly AppliedPreset[]) => Fill<JsonTable>;
  readonly limits: ReadonlyMap<string, LimitPlan>;
  /** The flag files that are there, as absolute paths. */
  readonly flags: ReadonlySet<string>;
}
