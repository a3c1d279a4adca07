/** The decision on one call: one pure function over the table, the call, and what is known besides. */
import { type Arrival, type Record, receive } from "./arrival.ts";
import type { Call } from "./callers/call.ts";
import { type Circumstances, circumstancesOf, type Facts } from "./circumstances.ts";
import type {
  AppliedPreset,
  Cause,
  Context,
  Decision,
  Origin,
  RuleName,
  ScreenCause,
  Step,
  Why,
} from "./decision.ts";
import { lookupsAsked } from "./lookups/asked.ts";
import { noticesNamed } from "./notices/named.ts";
import type { Agent, Target } from "./plan.ts";
import { applyRules, rulesDependOnTime } from "./rules/apply-rules.ts";
import { chooseSide } from "./split.ts";
import type { Route, Rule, Scope, Table } from "./table/table.ts";

/** A decision with every step that led to it. */
export interface Explained {
  readonly arrival: Arrival;
  /** What was known: look-ups that are not asked about this call are left out. */
  readonly facts: Facts;
  readonly decision: Decision;
  readonly steps: readonly Step[];
}

/** Decides a call by `table`, and notes every step on the way. */
export function explainCall(table: Table, call: Call, facts: Facts): Explained {
  const steps: Step[] = [];
  const record = (step: Step) => void steps.push(step);
  const arrival = receive(table, call, record);
  const known = knownAbout(arrival, facts, record);
  return { arrival, facts: known, decision: decide(arrival, known, record), steps };
}

/** What of `facts` is known about a call: look-ups that it does not ask are missing, whatever they would say. */
export function knownAbout(arrival: Arrival, facts: Facts, record?: Record): Facts {
  return { ...facts, lookups: lookupsAbout(arrival, facts, record) };
}

function lookupsAbout(arrival: Arrival, facts: Facts, record: Record | undefined): Facts["lookups"] {
  const circumstances = circumstancesOf(arrival, facts);
  const asked = lookupsAsked(arrival).map(({ id, name: lookup, ask }) => {
    const request = ask(circumstances);
    // What it would find can be given to one that lacks only a secret.
    const unasked = typeof request === "string" ? request : undefined;
    const isGiven = unasked === undefined || unasked === "secret";
    const result = (isGiven ? facts.lookups.get(id) : undefined) ?? MISSING;
    record?.({ kind: "lookup", id, lookup, result, unasked });
    return [id, result] as const;
  });
  return new Map(asked);
}

const MISSING = { kind: "missing" } as const;

const NONE: readonly never[] = [];
const NOTHING: Context = { given: "", delayMs: 0 };
const BY_NUMBER: Cause = { kind: "route", origin: "number" };
const BY_CONTACT: Cause = { kind: "route", origin: "contact" };

/**
 * Decides who takes a call that has arrived. Never throws; the same call with the same facts always gets the same
 * decision, whether or not its steps are recorded.
 */
export function decide(arrival: Arrival, facts: Facts, record?: Record): Decision {
  const { next, entry, scope } = arrival;
  const { client } = scope;
  if ("refused" in next) {
    const notify = noticesNamed({ defaults: scope.defaultNotify, number: NONE, rules: NONE }, record);
    return refusal(next.refused, { client, entry: entry?.name, notify });
  }

  const { route } = next;
  const circumstances = circumstancesOf(arrival, facts);
  const rules = applyRules(route, circumstances, record);
  const { deciding, targeting, continued, findings, rulesNotMet, limits } = rules;
  const { target, origin } = targetOf(route, targeting, circumstances);
  record?.({ kind: "target", target, origin, rule: idIfContinued(targeting) });
  const cause: Cause = deciding
    ? { kind: "rule", rule: deciding.id, findings }
    : origin === "contact"
      ? BY_CONTACT
      : BY_NUMBER;
  const applying = rules.last ? [...continued, rules.last] : continued;
  const rejects = target.kind === "reject";
  const agent = rejects ? undefined : agentOf(target, circumstances, record);
  const context = rejects ? undefined : contextOf(scope, route, applying, agent, circumstances, record);
  const told = { defaults: scope.defaultNotify, number: route.notify, rules: applying };
  const applied = continued.length > 0 ? continued.map(({ id }) => id) : NONE;
  const notify = noticesNamed(told, record);
  const rule = deciding?.id.name;
  // Field by field, and none of them copied: that is half of what deciding takes.
  if (!context) {
    return {
      outcome: "reject",
      client,
      entry: entry?.name,
      rule,
      applied,
      cause,
      rulesNotMet,
      limits,
      notify,
    };
  }
  const { given, delayMs } = context;
  return agent
    ? {
        outcome: "agent",
        agent,
        client,
        entry: entry?.name,
        rule,
        applied,
        cause,
        rulesNotMet,
        limits,
        notify,
        given,
        delayMs,
      }
    : {
        outcome: "pass",
        client,
        entry: entry?.name,
        rule,
        applied,
        cause,
        rulesNotMet,
        limits,
        notify,
        given,
        delayMs,
      };
}

/** What becomes of a call that does not get as far as the rules. */
function refusal(cause: ScreenCause, known: Pick<Why, "client" | "entry" | "notify">): Decision {
  const why: Why = { ...known, rule: undefined, applied: NONE, cause, rulesNotMet: 0, limits: NONE };
  switch (cause.kind) {
    case "unrouted":
      return cause.unrouted === "reject"
        ? { ...why, outcome: "reject" }
        : { ...why, outcome: "pass", ...NOTHING };
    case "no route for texts":
      return { ...why, outcome: "pass", ...NOTHING };
    case "denied":
    case "not allowed":
      return { ...why, outcome: "reject" };
  }
}

/**
 * The target of the last rule that says one, else the contact's agent, else the route's. A route that rejects does so for contacts too, and
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

/** Whether the decision may be another one at another time. */
export function dependsOnTime(arrival: Arrival, facts: Facts): boolean {
  const { next } = arrival;
  return "route" in next && rulesDependOnTime(next.route, circumstancesOf(arrival, facts));
}

/** What the agent is given: `[defaults]`, the agent's own presets, the number, the contact, the rules, weakest first. */
function contextOf(
  scope: Scope,
  { effect, presets: own }: Route,
  rules: readonly Rule[],
  agent: Agent | undefined,
  circumstances: Circumstances,
  record: Record,
): Context {
  const { defaultPresets } = scope;
  const ofAgent = agent?.presets ?? NONE;
  const ofContact = circumstances.caller.contact?.presets ?? NONE;
  let presets = scope.presets.with(defaultPresets).with(ofAgent).with(own).with(ofContact);
  let { delayMs, variables, metadata } = effect;
  for (const rule of rules) {
    if (rule.delayMs !== undefined) delayMs = rule.delayMs;
    variables = variables.under(rule.variables);
    metadata = metadata.under(rule.metadata);
    presets = presets.with(rule.presets);
  }
  if (presets !== scope.presets) {
    record?.({
      kind: "presets",
      presets: [
        ...applied(defaultPresets, "defaults"),
        ...applied(ofAgent, "agent"),
        ...applied(own, "number"),
        ...applied(ofContact, "contact"),
        ...rules.flatMap((rule) => applied(rule.presets, "rule", rule)),
      ],
    });
  }
  if (delayMs > 0) record?.({ kind: "delay", delayMs });
  const { override } = presets;
  return { given: effect.texts.fill({ variables, metadata, override }, circumstances), delayMs };
}

function applied(names: readonly string[], origin: Origin, rule?: Rule): AppliedPreset[] {
  return names.map((name) => ({ name, origin, rule: idIfContinued(rule) }));
}

/** A rule by its name where there may be several: the one that ends the search is "the rule". */
function idIfContinued(rule: Rule | undefined): RuleName | undefined {
  return rule?.continues ? rule.id : undefined;
}
