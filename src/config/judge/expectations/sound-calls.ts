/** Deciding the calls of expectations, as far as the configuration can be relied on. */
import { type Arrival, receive } from "../../../routing/arrival.ts";
import type { Call } from "../../../routing/callers/call.ts";
import { callersOf } from "../../../routing/callers/sets.ts";
import type { Facts } from "../../../routing/circumstances.ts";
import { decide, explainCall, knownAbout } from "../../../routing/decide.ts";
import type { Decision, Step } from "../../../routing/decision.ts";
import type { NumberPlan, RoutingPlan } from "../../../routing/plan.ts";
import { atOnce } from "../../../routing/slices.ts";
import { compileTableSliced, lazily } from "../../../routing/table/compile.ts";
import type { Scope } from "../../../routing/table/table.ts";
import type { JudgedScope } from "../judged-scope.ts";

/** What became of the call of an expectation. */
export interface DecidedCall {
  readonly arrival: Arrival;
  /** What was known: look-ups that are not asked about this call are left out. */
  readonly facts: Facts;
  readonly decision: Decision;
  /** Every step that led to it; found out only where somebody asks, for that takes longer. */
  readonly steps: () => readonly Step[];
}

/** The calls that can be decided although something in the configuration is wrong. */
export interface SoundCalls {
  /** Decides a call; undefined where that cannot be relied on. */
  decide(call: Call, facts: Facts): DecidedCall | undefined;
  /** What the rules for a call can name; undefined where that is not known. */
  scopeFor(call: Call): Scope | undefined;
}

/** Compiles what of a configuration can be relied on. */
export function soundCalls(plan: RoutingPlan, scopes: readonly JudgedScope[]): SoundCalls {
  const areCallsSound = scopes.every(({ plan, soundness }) => soundness.areCallsSound(plan));
  const byClient = new Map(scopes.map((scope) => [scope.source.client, scope]));
  const unsound = new Set<string>();
  const numbers = plan.numbers.map((number): NumberPlan => {
    const scope = byClient.get(number.client);
    if (areCallsSound && scope?.soundness.isEntrySound(scope.plan, number)) return number;
    unsound.add(number.entry);
    // It is there, so that calls to it go nowhere else; what it says is not known.
    return {
      ...number,
      target: { kind: "pass" },
      presets: [],
      rules: [],
      rulesets: [],
      deny: NOBODY,
      allow: NOBODY,
      sms: undefined,
    };
  });
  // What cannot be relied on is left out, so that it can be compiled.
  const table = areCallsSound ? atOnce(compileTableSliced(lazily({ ...plan, numbers }))) : undefined;
  return {
    decide: (call, facts) => {
      if (!table) return undefined;
      const arrival = receive(table, call);
      const known = knownAbout(arrival, facts);
      const decision = decide(arrival, known);
      if (unsound.has(decision.entry ?? "")) return undefined;
      return { arrival, facts: known, decision, steps: () => explainCall(table, call, facts).steps };
    },
    scopeFor: (call) => table && receive(table, call).scope,
  };
}

const NOBODY = callersOf([]);
