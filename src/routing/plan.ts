/** What the configuration says about routing, checked and with every name known to exist. Plain data. */

import type { Agent } from "./agent.ts";
import type { Contact, ContactBook } from "./callers/contact-book.ts";
import type { CountryCode, E164 } from "./callers/phones/phone.ts";
import type { PhoneKeys } from "./callers/phones/phone-keys.ts";
import type { LookupPlan, LookupState } from "./lookups/plan.ts";
import type { JsonTable } from "./merge.ts";
import type { Name } from "./names/name.ts";
import type { ValueTest } from "./names/tests.ts";
import type { SchedulePlan } from "./time/schedule.ts";

export type { Agent, Contact };

/** A set of callers. Plain data: it can be sent from one thread to another. */
export interface Callers {
  readonly numbers: PhoneKeys;
  /** With `+`. */
  readonly prefixes: readonly string[];
  /** Callers as carriers send them, in lower case. */
  readonly texts: readonly string[];
  readonly lists: readonly string[];
  readonly countries: readonly CountryCode[];
  readonly withheld: boolean;
  readonly contact: boolean;
  readonly anyone: boolean;
}

/** An agent that shares calls with others. */
export interface Share {
  /** What the split calls the agent: its name in `[agents]`, or its id. */
  readonly name: string;
  readonly agent: Agent;
  readonly weight: number;
}

/** Who takes a call. */
export type Target =
  | { readonly kind: "agent"; readonly agent: Agent }
  | { readonly kind: "split"; readonly shares: readonly Share[]; readonly by: "caller" | "call" }
  /** The agent that Retell has bound to the number. */
  | { readonly kind: "pass" }
  | { readonly kind: "reject" };

/** Which dialled numbers an entry of `[numbers]` is for. */
export type DialledPattern =
  | { readonly kind: "exact"; readonly number: E164 }
  | { readonly kind: "prefix"; readonly prefix: string }
  | { readonly kind: "any" };

/** What a place in the configuration adds to calls. Its strings may hold templates. */
export interface Additions {
  /** By name, weakest first. */
  readonly presets: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly metadata: JsonTable;
  /** How long the answer is held, in milliseconds; undefined where this place does not say. */
  readonly delayMs: number | undefined;
  /** Who is told of the call when it is decided: names of notices, each once. Those of all places add up. */
  readonly notify: readonly string[];
}

/**
 * One thing that a rule asks for; of each list, any will do.
 *
 * A new kind does not compile until every place that must know of it does: docs/CONTRIBUTING.md walks through one.
 */
export type ConditionPlan =
  /** What a name stands for passes one of the tests. */
  | { readonly kind: "value"; readonly name: Name; readonly tests: readonly ValueTest[] }
  | { readonly kind: "caller"; readonly callers: Callers }
  /** Whether the caller is in the contacts. */
  | { readonly kind: "contact"; readonly known: boolean }
  /** The number dialled is one of these. */
  | { readonly kind: "dialled"; readonly callers: Callers }
  /** One of those who forwarded the call is one of these. */
  | { readonly kind: "forwarded"; readonly callers: Callers }
  /** One of these schedules is open. */
  | { readonly kind: "open"; readonly schedules: readonly string[] }
  /** One of these schedules is closed. */
  | { readonly kind: "closed"; readonly schedules: readonly string[] }
  /** One of these files is there. */
  | { readonly kind: "exists"; readonly flags: readonly FlagPlan[] }
  /** A look-up as a whole is one of these. */
  | { readonly kind: "lookup"; readonly lookup: string; readonly states: readonly LookupState[] }
  /** One of these limits is reached. */
  | { readonly kind: "over"; readonly limits: readonly string[] }
  /** These do not all hold. None of them is a `not`. */
  | { readonly kind: "not"; readonly conditions: readonly ConditionPlan[] };

/** A file whose being there is all that counts. Both texts may hold `${client}`. */
export interface FlagPlan {
  /** As it is written. */
  readonly name: string;
  /** As an absolute path. */
  readonly path: string;
}

/** A flag file of one client, as it was found. */
export interface Flag extends FlagPlan {
  readonly isThere: boolean;
}

/** A rule of a route, or of a ruleset. */
export interface RulePlan extends Additions {
  readonly name: string | undefined;
  /** Whether later rules are tried too where this one holds; what they say is stronger. */
  readonly continues: boolean;
  /** All of them must hold; none: the rule always applies. */
  readonly when: readonly ConditionPlan[];
  /** Undefined where the rule says none, and so keeps the route's. */
  readonly target: Target | undefined;
}

/** A route for calls, or for texts, to a number. */
export interface RoutePlan extends Additions {
  readonly target: Target;
  readonly deny: Callers;
  /** Undefined where the route does not say. */
  readonly allow: Callers | undefined;
  readonly rules: readonly RulePlan[];
  /** Tried after its own rules, by name; undefined where the route does not say. */
  readonly rulesets: readonly string[] | undefined;
}

/** An entry of `[numbers]`: the route for calls, and what else it says. */
export interface NumberPlan extends RoutePlan {
  /** The client whose number it is; empty where it is the main file's. */
  readonly client: string;
  /** The key as it is written. */
  readonly entry: string;
  readonly pattern: DialledPattern;
  /** The route for texts; undefined: texts pass. */
  readonly sms: RoutePlan | undefined;
}

/**
 * What holds for every number of a scope, under what the number says: `[defaults]`, for a client that of the main file
 * with its own over it.
 */
export interface DefaultsPlan extends Additions {
  readonly deny: Callers;
  readonly allow: Callers;
  /** What becomes of a call to a number that no entry matches. */
  readonly unrouted: "pass" | "reject";
  /** Tried for calls to entries that name none, by name. */
  readonly rulesets: readonly string[];
}

/** `[contacts]`. */
export interface ContactsPlan {
  readonly columns: readonly string[];
  /** The columns that are handed on as dynamic variables. */
  readonly variables: readonly string[];
  readonly contacts: ContactBook;
}

/** Calls allowed in a sliding window. */
export interface LimitPlan {
  readonly calls: number;
  /** The length of the sliding window, in milliseconds. */
  readonly perMs: number;
  readonly by: "caller" | "number" | "all";
}

/** `[notify.NAME]`: who is told of a call when it is decided, and what. */
export interface NoticePlan {
  /**
   * May hold templates in its path and query. Undefined where a secret that it is made of is missing, which is no error
   * but for a server.
   */
  readonly url: string | undefined;
  /** By the name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent: a text as it is, anything else as JSON; its strings may hold templates. Undefined: the record. */
  readonly body: unknown;
  /** What it is signed with; undefined: it is not signed. */
  readonly key: string | undefined;
  /** Certificates of authorities that are trusted besides the usual ones, as PEM. */
  readonly ca: string | undefined;
}

/**
 * What one file says besides its numbers: the main file, or that of a client. Names are looked up in the client first,
 * then in the main file, whoever uses them for one of the client's numbers.
 */
export interface ScopePlan {
  /** What the client is called; empty for the main file. */
  readonly client: string;
  /** Whether its numbers answer to its own API key alone. */
  readonly hasAccount: boolean;
  /** How to read numbers sent without `+`. */
  readonly country: CountryCode | undefined;
  /** Of the times that templates and conditions name. */
  readonly timezone: string;
  /** How times are worded. */
  readonly locale: string;
  /** The names of agents in `[agents]`, by their ids. */
  readonly agentNames: ReadonlyMap<string, string>;
  readonly presets: ReadonlyMap<string, JsonTable>;
  /** Free of cycles. */
  readonly lists: ReadonlyMap<string, Callers>;
  /** Undefined where a client has none of its own, and uses those of the main file. */
  readonly contacts: ContactsPlan | undefined;
  readonly schedules: ReadonlyMap<string, SchedulePlan>;
  readonly limits: ReadonlyMap<string, LimitPlan>;
  readonly lookups: ReadonlyMap<string, LookupPlan>;
  readonly notices: ReadonlyMap<string, NoticePlan>;
  /** `[[rulesets.NAME]]`: rules that routes share. For a client, those of the main file that it uses are here too. */
  readonly rulesets: ReadonlyMap<string, readonly RulePlan[]>;
  readonly defaults: DefaultsPlan;
}

/** Everything that decides a call: what the main file says, and its clients. */
export interface RoutingPlan extends ScopePlan {
  readonly contacts: ContactsPlan;
  readonly clients: readonly ScopePlan[];
  /** Every flag file that rules ask for. */
  readonly flags: readonly Flag[];
  /** Those of all files. */
  readonly numbers: readonly NumberPlan[];
}
