/** What the configuration says about routing, checked and with every name known to exist. Plain data. */
import type { Callers } from "./callers.ts";
import type { JsonTable } from "./merge.ts";
import type { CountryCode, E164 } from "./phone.ts";

/** An agent that may take calls. */
export interface Agent {
  /** Its name in `[agents]`; undefined where the configuration gives the id itself. */
  readonly name: string | undefined;
  readonly id: string;
  readonly version: number | string | undefined;
  /** Presets that come with the agent, by name. */
  readonly presets: readonly string[];
}

/** Who takes a call. */
export type Target =
  | { readonly kind: "agent"; readonly agent: Agent }
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
}

/** An entry of `[numbers]`. */
export interface NumberPlan extends Additions {
  /** The key as it is written. */
  readonly entry: string;
  readonly pattern: DialledPattern;
  readonly target: Target;
  readonly deny: Callers;
  /** Undefined where the entry does not say; then `[defaults]` decides. */
  readonly allow: Callers | undefined;
}

/** `[defaults]`: what holds for every entry of `[numbers]`, under what the entry says. */
export interface DefaultsPlan extends Additions {
  readonly deny: Callers;
  readonly allow: Callers;
  /** What becomes of a call to a number that no entry matches. */
  readonly unrouted: "pass" | "reject";
}

/** Everything that decides a call. */
export interface RoutingPlan {
  /** How to read numbers sent without `+`. */
  readonly country: CountryCode | undefined;
  readonly presets: ReadonlyMap<string, JsonTable>;
  /** Free of cycles. */
  readonly lists: ReadonlyMap<string, Callers>;
  readonly defaults: DefaultsPlan;
  readonly numbers: readonly NumberPlan[];
}
