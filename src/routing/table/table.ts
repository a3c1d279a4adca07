/** The immutable table that calls are decided by. `compile.ts` makes it. */

import type { Contacts } from "../callers/contact-book.ts";
import type { CallerTest } from "../callers/lookup.ts";
import type { PhoneKey } from "../callers/phones/canonical.ts";
import type { CountryCode } from "../callers/phones/phone.ts";
import type { Origin, RuleName } from "../decision.ts";
import type { Lookup } from "../lookups/compile.ts";
import type { LookupPaths } from "../lookups/paths.ts";
import type { Notice } from "../notices/notice.ts";
import type { LimitPlan, Target } from "../plan.ts";
import type { Condition } from "../rules/conditions.ts";
import type { GivenTexts } from "../templates/given.ts";
import type { JsonTemplate } from "../templates/json.ts";
import type { Schedule } from "../time/schedule.ts";
import type { Presets } from "./compile-presets.ts";

/** A set of callers compiled, with what to say of it. */
export interface Screen {
  readonly origin: Origin;
  readonly test: CallerTest;
  /** Its entries, as `callersWords` names them. */
  readonly entries: string;
}

/** What a call is given by `[defaults]` and the number: what lies under what contacts and rules say. */
export interface Effect {
  readonly delayMs: number;
  /** What the contacts say stands in them too. */
  readonly variables: JsonTemplate;
  readonly metadata: JsonTemplate;
  readonly texts: GivenTexts;
}

/** A rule, compiled by itself: the same for every route that tries it. */
export interface Rule {
  readonly id: RuleName;
  /** Whether later rules are tried too where it holds. */
  readonly continues: boolean;
  /** All of them must hold; in the order in which they are tried. */
  readonly conditions: readonly Condition[];
  /** Undefined where the rule keeps that of its route. */
  readonly target: Target | undefined;
  readonly presets: readonly string[];
  /** What it adds to what lies under it; undefined where it says no delay. */
  readonly delayMs: number | undefined;
  readonly variables: JsonTemplate;
  readonly metadata: JsonTemplate;
  /** Ids of notices. */
  readonly notify: readonly string[];
}

/** Rules in their order: those of one route, or those of a ruleset, which many routes share. */
export interface RuleList {
  readonly rules: readonly Rule[];
  readonly asks: Asks;
}

/** What rules, or a route as a whole, can ask for that is not in the call. */
export interface Asks {
  /** Names of limits, each once. */
  readonly limits: readonly string[];
  /** Names of look-ups, each once. */
  readonly lookups: readonly string[];
  /** Whether they ask for the caller's earlier calls. */
  readonly history: boolean;
  /** The flag files that they ask for, as absolute paths, each once. */
  readonly flags: readonly string[];
}

/** A route for calls or for texts, compiled. */
export interface Route {
  /** Checked in this order; the first that matches rejects. */
  readonly deny: readonly Screen[];
  /** The caller must be in each of them. */
  readonly allow: readonly Screen[];
  /** Its own rules, then those of its rulesets; none of them is empty. */
  readonly rules: readonly RuleList[];
  readonly asks: Asks;
  readonly target: Target;
  readonly presets: readonly string[];
  /** What lies under what contacts and rules say. */
  readonly effect: Effect;
  /** Ids of the notices that it names itself. */
  readonly notify: readonly string[];
}

/** What the numbers of one client have in common, or those of the main file. */
export interface Scope {
  /** Empty for the main file. */
  readonly client: string;
  /** The client whose API key its numbers answer to; empty for the keys of the main file. */
  readonly account: string;
  readonly country: CountryCode | undefined;
  readonly timezone: string;
  readonly locale: string;
  /** The names of agents in `[agents]`, by their ids. */
  readonly agentNames: ReadonlyMap<string, string>;
  readonly unrouted: "pass" | "reject";
  readonly contacts: Contacts;
  readonly defaultPresets: readonly string[];
  /** No presets, which others join. */
  readonly presets: Presets;
  /** By the name that rules ask for it by. */
  readonly limits: ReadonlyMap<string, Limit>;
  /** By the name that rules ask for it by: what several clients use is the same one. */
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** By the name that templates and rules have for it. */
  readonly lookups: ReadonlyMap<string, Lookup>;
  /** Which places in what they find are used, by what is compiled so far. */
  readonly lookupPaths: LookupPaths;
  /** The names of those that each preset asks for, by the name of the preset; presets that ask for none are left out. */
  readonly lookupsByPreset: ReadonlyMap<string, readonly string[]>;
  /** Ids of the notices that tell of every call, also of those that are not let in. */
  readonly defaultNotify: readonly string[];
  /** The notice of an id, compiled when a call first needs it. */
  readonly notice: (id: string) => Notice;
}

/** A limit, and what is counted together: those of the same name in two clients count apart. */
export interface Limit {
  readonly id: string;
  readonly plan: LimitPlan;
}

/** An entry of `[numbers]`, compiled. */
export interface Entry {
  readonly scope: Scope;
  /** The key as it is written. */
  readonly name: string;
  readonly how: "exact" | "prefix" | "any";
  readonly calls: Route;
  /** Undefined where texts have no route, and pass. */
  readonly texts: Route | undefined;
}

/** Everything that decides a call. Immutable. */
export interface Table {
  /** The scope of the main file, and those of clients with an account of their own, by the account. */
  readonly accounts: ReadonlyMap<string, Scope>;
  /** How dialled numbers sent without `+` may be meant: as the main file says first. */
  readonly countries: readonly (CountryCode | undefined)[];
  /** The entry for a dialled number: exact, else the longest prefix, else `*`. */
  readonly entryFor: (dialled: PhoneKey | undefined) => Entry | undefined;
  /** The same among those of one account; `foreign` where the number has an entry of its own in another one. */
  readonly entryOf: (account: string, dialled: PhoneKey | undefined) => Entry | "foreign" | undefined;
  /** How many entries `[numbers]` has. */
  readonly size: number;
  /** Every scope, by its client; that of the main file by `""`. */
  readonly scopes: ReadonlyMap<string, Scope>;
  /** Every limit of every scope, by its id. */
  readonly limits: ReadonlyMap<string, LimitPlan>;
  /** The ids of the look-ups of every scope. */
  readonly lookups: ReadonlySet<string>;
  /** The ids of all notices of all scopes. */
  readonly notices: readonly string[];
  /** The flag files that are there, as absolute paths. */
  readonly flags: ReadonlySet<string>;
}
