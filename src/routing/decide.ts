/** The decision on one call: one pure function over the table, the call, and what is known besides. */
import { type Arrival, type Record, receive } from "./arrival.ts";
import type { Call } from "./callers/call.ts";
import type { Circumstances, Facts } from "./circumstances.ts";
import type {
  AppliedPreset,
  Cause,
  Context,
  Decision,
  Finding,
  Origin,
  ScreenCause,
  Step,
  Why,
} from "./decision.ts";
import type { Agent, Target } from "./plan.ts";
import { chooseSide } from "./split.ts";
import type { Effect, Route, Rule, Table } from "./table.ts";

/** A decision with every step that led to it. */
export interface Explained {
  readonly arrival: Arrival;
  readonly decision: Decision;
  readonly steps: readonly Step[];
}

/** Decides a call by `table`, and notes every step on the way. */
export function explainCall(table: Table, call: Call, facts: Facts): Explained {
  const steps: Step[] = [];
  const record = (step: Step) => void steps.push(step);
  const arrival = receive(table, call, record);
  return { arrival, decision: decide(arrival, facts, record), steps };
}

const NOTHING: Context = { variables: {}, metadata: {}, override: {}, delayMs: 0 };

/**
 * Decides who takes a call that has arrived. Never throws; the same call with the same facts always gets the same
 * decision, whether or not its steps are recorded.
 */
export function decide(arrival: Arrival, facts: Facts, record?: Record): Decision {
  const { next, entry } = arrival;
  if ("refused" in next) return refusal(next.refused, entry?.name);

  const { route } = next;
  const circumstances = circumstancesOf(arrival, facts);
  const { rule, ...found } = ruleFor(route, circumstances, record);
  const { target, origin } = targetOf(route, rule, circumstances);
  record?.({ kind: "target", target, origin });
  const cause: Cause = rule
    ? { kind: "rule", rule: nameOf(rule), findings: found.findings }
    : { kind: "route", origin: origin === "contact" ? origin : "number" };
  const { rulesNotMet, limits } = found;
  const why: Why = { entry: entry?.name, rule: rule?.name, cause, rulesNotMet, limits };
  if (target.kind === "reject") return { outcome: "reject", ...why };

  const agent = agentOf(target, circumstances, record);
  const context = contextOf(arrival.table, route, rule, agent, circumstances, record);
  return agent ? { outcome: "agent", agent, ...context, ...why } : { outcome: "pass", ...context, ...why };
}

function circumstancesOf({ call, dialled, caller }: Arrival, facts: Facts): Circumstances {
  return { ...facts, call, dialled, caller };
}

/** What becomes of a call that does not get as far as the rules. */
function refusal(cause: ScreenCause, entry: string | undefined): Decision {
  const why: Why = { entry, rule: undefined, cause, rulesNotMet: 0, limits: [] };
  switch (cause.kind) {
    case "unrouted":
      return cause.unrouted === "reject"
        ? { outcome: "reject", ...why }
        : { outcome: "pass", ...NOTHING, ...why };
    case "no route for texts":
      return { outcome: "pass", ...NOTHING, ...why };
    case "denied":
    case "not allowed":
      return { outcome: "reject", ...why };
  }
}

interface RuleFound {
  /** The first rule that holds. */
  readonly rule: Rule | undefined;
  readonly rulesNotMet: number;
  /** What its conditions found. */
  readonly findings: readonly Finding[];
  readonly limits: readonly string[];
}

function ruleFor(route: Route, circumstances: Circumstances, record: Record): RuleFound {
  let limits: readonly string[] = [];
  for (const [rulesNotMet, rule] of route.rules.entries()) {
    let failing: Rule["conditions"][number] | undefined;
    for (const condition of rule.conditions) {
      if (condition.limits.length > 0) limits = [...limits, ...condition.limits];
      if (condition.holds(circumstances)) continue;
      failing = condition;
      break;
    }
    const holds = failing === undefined;
    if (!holds && !record) continue;
    const why = record !== undefined;
    const told = failing ? [failing] : rule.conditions;
    const findings = told.map((condition) => condition.find(circumstances, why));
    record?.({ kind: "rule", rule: nameOf(rule), holds, findings });
    if (holds) return { rule, rulesNotMet, findings, limits: unique(limits) };
  }
  return { rule: undefined, rulesNotMet: route.rules.length, findings: [], limits: unique(limits) };
}

function unique(names: readonly string[]): readonly string[] {
  return names.length > 1 ? [...new Set(names)] : names;
}

function nameOf({ name, at }: Rule) {
  return { name, at };
}

/**
 * The rule's target, else the contact's agent, else the route's. A route that rejects does so for contacts too, and
 * an agent for calls is not one for texts.
 */
function targetOf(
  route: Route,
  rule: Rule | undefined,
  { call, caller }: Circumstances,
): { readonly target: Target; readonly origin: "number" | "contact" | "rule" } {
  if (rule?.target) return { target: rule.target, origin: "rule" };
  const takesAgent = route.target.kind !== "reject" && call.channel === "call";
  const agent = takesAgent ? caller.contact?.agent : undefined;
  return agent
    ? { target: { kind: "agent", agent }, origin: "contact" }
    : { target: route.target, origin: "number" };
}

/** The agent that takes the call; undefined where that is the one bound in Retell. */
function agentOf(
  target: Exclude<Target, { kind: "reject" }>,
  { caller, drawKey }: Circumstances,
  record: Record,
): Agent | undefined {
  switch (target.kind) {
    case "agent":
      return target.agent;
    case "pass":
      return undefined;
    case "split": {
      // Callers who cannot be told apart would all land on one side.
      const byCaller = target.by === "caller" && caller.key !== undefined ? caller.identity : undefined;
      const { agent } = chooseSide(target.shares, byCaller ?? drawKey);
      record?.({ kind: "split", agent, by: byCaller === undefined ? "call" : "caller" });
      return agent;
    }
  }
}

/**
 * Whether the decision may be another one at another time: a rule that asks for a schedule would hold, or hold back a
 * later one, by the schedule alone.
 */
export function dependsOnTime(arrival: Arrival, facts: Facts): boolean {
  if ("refused" in arrival.next) return false;
  const circumstances = circumstancesOf(arrival, facts);
  for (const { conditions } of arrival.next.route.rules) {
    const verdicts = conditions.map(({ holdsWhenever }) => holdsWhenever(circumstances));
    if (!verdicts.includes(false)) return verdicts.includes(undefined);
  }
  return false;
}

/** What the agent is given: `[defaults]`, the agent's own presets, the number, the contact, the rule, weakest first. */
function contextOf(
  table: Table,
  route: Route,
  rule: Rule | undefined,
  agent: Agent | undefined,
  circumstances: Circumstances,
  record: Record,
): Context {
  const { contact } = circumstances.caller;
  const effect: Effect = rule?.effect ?? route.effect;
  const presets = [
    ...applied(table.defaultPresets, "defaults"),
    ...applied(agent?.presets ?? [], "agent"),
    ...applied(route.presets, "number"),
    ...applied(contact?.presets ?? [], "contact"),
    ...applied(rule?.presets ?? [], "rule"),
  ];
  if (presets.length > 0) record?.({ kind: "presets", presets });
  if (effect.delayMs > 0) record?.({ kind: "delay", delayMs: effect.delayMs });

  let variables = effect.variables(circumstances);
  if (contact && table.contactVariables.length > 0) {
    const known = table.contactVariables
      .map(({ name, at }) => [name, contact.values[at] ?? ""] as const)
      .filter(([, value]) => value !== "");
    variables = { ...variables, ...Object.fromEntries(known) };
  }
  if (effect.overVariables) variables = { ...variables, ...effect.overVariables(circumstances) };
  return {
    variables,
    metadata: effect.metadata(circumstances),
    override: presets.length > 0 ? table.override(presets)(circumstances) : {},
    delayMs: effect.delayMs,
  };
}

function applied(names: readonly string[], origin: Origin): AppliedPreset[] {
  return names.map((name) => ({ name, origin }));
}
