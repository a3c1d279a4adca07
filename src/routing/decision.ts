/**
 * What becomes of a call, and why: facts and names.
 *
 * All of it is plain data, with nothing compiled in it, so that it can be logged, stored, counted and shown later
 * without computing anything again. `words.ts` puts it into sentences.
 */

import type { LookupState } from "./lookups/plan.ts";
import type { Unasked } from "./lookups/request.ts";
import type { LookupResult } from "./lookups/result.ts";
import type { Name } from "./names/name.ts";
import type { Agent, Target } from "./plan.ts";
import type { ScheduleState } from "./time/schedule.ts";

/** What becomes of a call. */
export type Decision =
  | ({ readonly outcome: "agent"; readonly agent: Agent } & Context & Why)
  /** The agent that Retell has bound to the number takes it. */
  | ({ readonly outcome: "pass" } & Context & Why)
  | ({ readonly outcome: "reject" } & Why);

/** What the agent is given along with the call. */
export interface Context {
  /**
   * `dynamic_variables`, `metadata` and `agent_override`, as far as there are any: members of a JSON object, without its
   * braces. They are called what Retell calls them, so that the text can be passed on as it is.
   */
  readonly given: string;
  /** How long the answer is to be held, in milliseconds. */
  readonly delayMs: number;
}

/** Why a call was decided as it was. */
export interface Why {
  /** The client whose number was called; empty where it is the main file's, or nobody's. */
  readonly client: string;
  /** The entry of `[numbers]` that decided, as written; undefined where none matched. */
  readonly entry: string | undefined;
  /** The name of the rule that decided, if it has one. */
  readonly rule: string | undefined;
  /** The rules that applied and continued, in their order. */
  readonly applied: readonly RuleName[];
  readonly cause: Cause;
  /** How many rules were tried, and did not hold. */
  readonly rulesNotMet: number;
  /** The limits that rules asked about, by name. A call that is not rejected counts for each of them. */
  readonly limits: readonly string[];
  /** The notices that tell of the call, by their ids, each once. */
  readonly notify: readonly string[];
}

/** A place in the configuration that adds to calls, weakest first. */
export type Origin = "defaults" | "agent" | "number" | "contact" | "rule";

/** The one thing that decided. */
export type Cause =
  | { readonly kind: "unrouted"; readonly dialled: string; readonly unrouted: "pass" | "reject" }
  /** `hit` is the entry that matched, after the lists that lead to it. */
  | { readonly kind: "denied"; readonly origin: Origin; readonly hit: readonly string[] }
  /** `entries` are those of the set that the caller is not in, as far as they are named. */
  | { readonly kind: "not allowed"; readonly origin: Origin; readonly entries: string }
  | { readonly kind: "no route for texts" }
  /**
   * The first rule that holds and does not continue; where none does, the last one that holds and says a target, which
   * stands because no later rule says another.
   */
  | { readonly kind: "rule"; readonly rule: RuleName; readonly findings: readonly Finding[] }
  /** No rule decided: what the number itself says, or the contact's agent. */
  | { readonly kind: "route"; readonly origin: "number" | "contact" };

/** How a rule is called. */
export interface RuleName {
  readonly name: string | undefined;
  /** Its place among the rules of its route or ruleset, from 0. */
  readonly at: number;
  /** The ruleset that it is in; undefined for a rule of the route itself. */
  readonly ruleset: string | undefined;
}

/** What one condition of a rule looked at, and found. */
export type Finding =
  | {
      readonly kind: "value";
      readonly name: Name;
      /** Undefined where the name has no value. */
      readonly value: string | undefined;
      /** The tests, as a person would write them. */
      readonly wanted: readonly string[];
    }
  | { readonly kind: "contact"; readonly known: boolean }
  | {
      readonly kind: "caller";
      /** The entry that matched, after the lists that lead to it; undefined where none did. */
      readonly hit: readonly string[] | undefined;
      readonly entries: string;
    }
  | {
      readonly kind: "dialled";
      readonly hit: readonly string[] | undefined;
      readonly entries: string;
    }
  | {
      readonly kind: "forwarded";
      /** Those who forwarded the call, the newest first; `""` for one that is withheld. */
      readonly by: readonly string[];
      readonly hit: readonly string[] | undefined;
      readonly entries: string;
    }
  | {
      readonly kind: "exists";
      readonly flags: readonly { readonly name: string; readonly isThere: boolean }[];
    }
  | {
      readonly kind: "lookup";
      readonly lookup: string;
      /** Undefined where the client has no such look-up. */
      readonly state: LookupState | undefined;
      readonly wanted: readonly LookupState[];
    }
  /** `findings` are those that tell: where it holds, that of a condition that does not; else all of them. */
  | { readonly kind: "not"; readonly holds: boolean; readonly findings: readonly Finding[] }
  | { readonly kind: "open" | "closed"; readonly schedules: readonly ScheduleFinding[] }
  | { readonly kind: "over"; readonly limits: readonly { readonly name: string; readonly over: boolean }[] };

/** What a schedule said. */
export interface ScheduleFinding {
  readonly name: string;
  readonly open: boolean;
  /** Why; only where somebody asked for every step. */
  readonly state: ScheduleState | undefined;
}

/** One step on the way to a decision, for whoever asks for all of them. */
export type Step =
  | {
      readonly kind: "entry";
      readonly client: string;
      readonly dialled: string;
      readonly entry: string;
      readonly how: "exact" | "prefix" | "any";
    }
  | { readonly kind: "not denied"; readonly screens: readonly ScreenName[] }
  | { readonly kind: "allowed"; readonly origin: Origin; readonly hit: readonly string[] }
  | { readonly kind: "refused"; readonly cause: ScreenCause }
  /** A look-up that the call can ask for; `unasked` says why it is not asked about this one. */
  | {
      readonly kind: "lookup";
      readonly id: string;
      readonly lookup: string;
      readonly result: LookupResult;
      readonly unasked: Unasked | undefined;
    }
  /** `findings` are those that tell: all of them where the rule holds, else that of the condition that does not. */
  | {
      readonly kind: "rule";
      readonly rule: RuleName;
      readonly holds: boolean;
      readonly findings: readonly Finding[];
    }
  | ContinueStep
  | {
      readonly kind: "target";
      readonly target: Target;
      readonly origin: "number" | "contact" | "rule";
      /** The rule that said it, where that continued. */
      readonly rule: RuleName | undefined;
    }
  | {
      readonly kind: "split";
      readonly agent: Agent;
      readonly by: "caller" | "call";
    }
  | { readonly kind: "presets"; readonly presets: readonly AppliedPreset[] }
  | { readonly kind: "delay"; readonly delayMs: number }
  | { readonly kind: "notify"; readonly notices: readonly AppliedNotice[] };

/** What a rule said that applied and continued. */
export interface ContinueStep {
  readonly kind: "continue";
  readonly rule: RuleName;
  readonly target: Target | undefined;
  /** Names of dynamic variables. */
  readonly variables: readonly string[];
  /** Keys of the metadata. */
  readonly metadata: readonly string[];
  readonly presets: readonly string[];
  readonly delayMs: number | undefined;
  /** Ids of notices. */
  readonly notify: readonly string[];
}

/** Why a call did not get as far as the rules. */
export type ScreenCause = Exclude<Cause, { kind: "rule" | "route" }>;

/** A set of callers that a route holds against callers, as far as its entries are named. */
export interface ScreenName {
  readonly origin: Origin;
  readonly entries: string;
}

/** A notice that tells of a call, and where it was named first. */
export interface AppliedNotice {
  readonly id: string;
  readonly origin: Origin;
  /** The rule that named it, where that continued. */
  readonly rule: RuleName | undefined;
}

/** A preset that applies to a call, and where it was named. */
export interface AppliedPreset {
  readonly name: string;
  readonly origin: Origin;
  /** The rule that named it, where that continued. */
  readonly rule: RuleName | undefined;
}
