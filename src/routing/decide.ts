/** The decision on one call: one pure function over the table. */
import { type Call, type Caller, callerOf, identityOf } from "./callers/call.ts";
import { readSent, sentNumber } from "./callers/phone.ts";
import type { Condition, Question } from "./conditions.ts";
import type { JsonTable } from "./merge.ts";
import type { Agent, LimitPlan, Target } from "./plan.ts";
import { chooseSide } from "./split.ts";
import type { AppliedPreset, Entry, Line, Route, Rule, Screen, Table } from "./table.ts";

/** What a call is decided by, besides the table and the call itself. */
export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** What a split by call is drawn by: the same for every try of one call, another for each call. */
  readonly drawKey: string;
  /** Whether a limit has let by all that it lets by. Asked at most once a decision, for it may count. */
  readonly isOver: (limit: LimitUse) => boolean;
}

/** A limit that was asked about a call. */
export interface LimitUse {
  readonly name: string;
  readonly plan: LimitPlan;
  /** What the limit counts apart: the caller, the dialled number, or nothing. */
  readonly key: string;
}

/** What becomes of a call, and the steps that led there. */
export type Decision =
  | ({ readonly outcome: "agent"; readonly agent: Agent } & Context & Why)
  /** The agent that Retell has bound to the number takes it. */
  | ({ readonly outcome: "pass" } & Context & Why)
  | ({ readonly outcome: "reject" } & Why);

/** What the agent is given along with the call. */
export interface Context {
  readonly variables: Readonly<Record<string, string>>;
  readonly metadata: JsonTable;
  readonly override: JsonTable;
  /** How long the answer is to be held, in milliseconds. */
  readonly delayMs: number;
}

/** Why a call was decided as it was. */
export interface Why {
  /** The entry of `[numbers]` that decided, as written; undefined where none matched. */
  readonly entry: string | undefined;
  /** The name of the rule that decided, if it has one. */
  readonly rule: string | undefined;
  readonly steps: readonly Step[];
}

/** One step on the way to a decision. */
export type Step =
  | { readonly kind: "entry"; readonly dialled: string; readonly entry: Entry }
  | { readonly kind: "unrouted"; readonly dialled: string; readonly unrouted: "pass" | "reject" }
  /** `hit` is the entry that holds, after the lists that lead to it. */
  | { readonly kind: "denied"; readonly screen: Screen; readonly hit: readonly string[] }
  | { readonly kind: "not denied"; readonly screens: readonly Screen[] }
  | { readonly kind: "allowed"; readonly screen: Screen; readonly hit: readonly string[] }
  | { readonly kind: "not allowed"; readonly screen: Screen }
  | { readonly kind: "no route for texts" }
  /** `conditions` are those that tell: all of them where the rule holds, else the first that does not. */
  | {
      readonly kind: "rule";
      readonly rule: Rule;
      readonly holds: boolean;
      readonly conditions: readonly Condition[];
      readonly question: Question;
    }
  | { readonly kind: "target"; readonly target: Target; readonly origin: "number" | "contact" | "rule" }
  | {
      readonly kind: "split";
      readonly target: Target & { kind: "split" };
      readonly agent: Agent;
      readonly by: string;
    }
  | { readonly kind: "presets"; readonly presets: readonly AppliedPreset[] }
  | { readonly kind: "delay"; readonly delayMs: number };

const NOTHING: Context = { variables: {}, metadata: {}, override: {}, delayMs: 0 };

/**
 * Decides who takes `call`. Never throws; the same call under the same circumstances always gets the same decision.
 */
export function decide(table: Table, call: Call, circumstances: Circumstances): Decision {
  const dialled = sentNumber(call.to, table.country) ?? call.to;
  const entry = table.entryFor(dialled);
  if (!entry) {
    const why = { entry: undefined, rule: undefined };
    const steps: Step[] = [{ kind: "unrouted", dialled, unrouted: table.unrouted }];
    return table.unrouted === "reject"
      ? { outcome: "reject", ...why, steps }
      : { outcome: "pass", ...NOTHING, ...why, steps };
  }

  const steps: Step[] = [{ kind: "entry", dialled, entry }];
  const plain = { entry: entry.name, rule: undefined, steps };
  const caller = callerOf(call.from, table.country, table.contacts);
  const line = call.channel === "chat" ? (entry.texts ?? entry.calls) : entry.calls;
  if (!isLetIn(line, caller, steps)) return { outcome: "reject", ...plain };
  if (call.channel === "chat" && !entry.texts) {
    steps.push({ kind: "no route for texts" });
    return { outcome: "pass", ...NOTHING, ...plain };
  }

  const verdicts = new Map<string, boolean>();
  const isOver = (name: string): boolean => {
    const plan = table.limits.get(name);
    if (!plan) return false;
    const over =
      verdicts.get(name) ??
      circumstances.isOver({
        name,
        plan,
        key: limitKey(plan.by, caller, identityOf(readSent(call.to, table.country))),
      });
    verdicts.set(name, over);
    return over;
  };
  const question: Question = {
    call,
    dialled,
    caller,
    columns: table.columns,
    nowMs: circumstances.nowMs,
    isOver,
  };
  const rule = ruleFor(line, question, steps);
  const route = rule?.route ?? line.route;
  const target = targetOf(line, route, question, steps);
  const why = { entry: entry.name, rule: rule?.name, steps };
  if (target.kind === "reject") return { outcome: "reject", ...why };

  const agent = agentOf(target, caller, circumstances, steps);
  const context = contextOf(table, line, route, agent, question, steps);
  return agent ? { outcome: "agent", agent, ...context, ...why } : { outcome: "pass", ...context, ...why };
}

/** Whether the line lets the caller in: `deny` beats `allow`. */
function isLetIn(line: Line, caller: Caller, steps: Step[]): boolean {
  for (const screen of line.deny) {
    const hit = screen.test(caller);
    if (!hit) continue;
    steps.push({ kind: "denied", screen, hit });
    return false;
  }
  if (line.deny.length > 0) steps.push({ kind: "not denied", screens: line.deny });
  for (const screen of line.allow) {
    const hit = screen.test(caller);
    steps.push(hit ? { kind: "allowed", screen, hit } : { kind: "not allowed", screen });
    if (!hit) return false;
  }
  return true;
}

/** What a limit counts apart. Those who hide their number cannot be told apart, and are counted as one. */
function limitKey(by: LimitPlan["by"], caller: Caller, dialled: string): string {
  if (by === "all") return "";
  if (by === "number") return dialled;
  return caller.identity ?? "withheld";
}

/** The first rule that holds. */
function ruleFor(line: Line, question: Question, steps: Step[]): Rule | undefined {
  for (const rule of line.rules) {
    const failing = rule.conditions.find((condition) => !condition.holds(question));
    const holds = failing === undefined;
    steps.push({ kind: "rule", rule, holds, conditions: failing ? [failing] : rule.conditions, question });
    if (holds) return rule;
  }
  return undefined;
}

/**
 * The rule's target, else the contact's agent, else the line's. A line that rejects does so for contacts too, and an
 * agent for calls is not one for texts.
 */
function targetOf(line: Line, route: Route, { call, caller }: Question, steps: Step[]): Target {
  const takesAgent = line.target.kind !== "reject" && call.channel === "call";
  const contactAgent = takesAgent ? caller.contact?.agent : undefined;
  const origin = route.target ? "rule" : contactAgent ? "contact" : "number";
  const target = route.target ?? (contactAgent ? { kind: "agent", agent: contactAgent } : line.target);
  steps.push({ kind: "target", target, origin });
  return target;
}

/** The agent that takes the call; undefined where that is the one bound in Retell. */
function agentOf(
  target: Target,
  caller: Caller,
  { drawKey }: Circumstances,
  steps: Step[],
): Agent | undefined {
  if (target.kind === "agent") return target.agent;
  if (target.kind !== "split") return undefined;
  // Callers who cannot be told apart would all land on one side.
  const byCaller = target.by === "caller" && caller.key !== undefined ? caller.identity : undefined;
  const { agent } = chooseSide(target.shares, byCaller ?? drawKey);
  steps.push({ kind: "split", target, agent, by: byCaller === undefined ? "call" : "caller" });
  return agent;
}

/** What the agent is given: `[defaults]`, the agent's own presets, the line, the contact, the rule, weakest first. */
function contextOf(
  table: Table,
  line: Line,
  route: Route,
  agent: Agent | undefined,
  question: Question,
  steps: Step[],
): Context {
  const { contact } = question.caller;
  const presets = [
    ...applied(table.defaultPresets, "defaults"),
    ...applied(agent?.presets ?? [], "agent"),
    ...applied(line.presets, "number"),
    ...applied(contact?.presets ?? [], "contact"),
    ...applied(route.presets, "rule"),
  ];
  if (presets.length > 0) steps.push({ kind: "presets", presets });
  if (route.delayMs > 0) steps.push({ kind: "delay", delayMs: route.delayMs });

  let variables = route.variables(question);
  if (contact && table.contactVariables.length > 0) {
    const known = table.contactVariables
      .map(({ name, at }) => [name, contact.values[at] ?? ""] as const)
      .filter(([, value]) => value !== "");
    variables = { ...variables, ...Object.fromEntries(known) };
  }
  if (route.overVariables) variables = { ...variables, ...route.overVariables(question) };
  return {
    variables,
    metadata: route.metadata(question),
    override: presets.length > 0 ? table.override(presets)(question) : {},
    delayMs: route.delayMs,
  };
}

function applied(names: readonly string[], origin: AppliedPreset["origin"]): AppliedPreset[] {
  return names.map((name) => ({ name, origin }));
}
