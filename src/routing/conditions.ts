/** What a rule asks for, compiled: whether it holds for a call, and what was found. */
import { headerOf } from "./callers/call.ts";
import { compileCallers, type Lists } from "./callers/lookup.ts";
import { callersWords } from "./callers/sets.ts";
import type { Circumstances } from "./circumstances.ts";
import type { Finding } from "./decision.ts";
import type { NameContext } from "./names/value.ts";
import type { ConditionPlan } from "./plan.ts";

/** Something that holds for a call or does not. */
export interface Condition {
  readonly kind: ConditionPlan["kind"];
  /** The limits that it asks about, by name. */
  readonly limits: readonly string[];
  readonly holds: (circumstances: Circumstances) => boolean;
  /** What was looked at, and found. @param why whether to find out why, which takes longer */
  readonly find: (circumstances: Circumstances, why: boolean) => Finding;
}

/** What conditions are compiled with. */
export interface ConditionContext extends NameContext {
  readonly lists: Lists;
}

/**
 * The order in which the conditions of a rule are tried: the cheap ones first, and limits last, since a limit counts
 * the calls that it is asked about.
 */
const ORDER: Readonly<Record<ConditionPlan["kind"], number>> = {
  header: 0,
  caller: 1,
  open: 2,
  closed: 3,
  over: 4,
};

/** Compiles what a rule asks for, in the order in which it is tried. */
export function compileConditions(when: readonly ConditionPlan[], context: ConditionContext): Condition[] {
  return when.map((plan) => compileCondition(plan, context)).sort((a, b) => ORDER[a.kind] - ORDER[b.kind]);
}

/** Whether a condition may hold at one time and not at another. */
export function isTimed({ kind }: Pick<Condition, "kind">): boolean {
  switch (kind) {
    case "open":
    case "closed":
      return true;
    case "header":
    case "caller":
    case "over":
      return false;
  }
}

function compileCondition(plan: ConditionPlan, { lists, schedule }: ConditionContext): Condition {
  switch (plan.kind) {
    case "header":
      return headerCondition(plan);
    case "caller":
      return callerCondition(plan, lists);
    case "open":
    case "closed":
      return scheduleCondition(plan, schedule);
    case "over":
      return overCondition(plan);
  }
}

type Plan<Kind extends ConditionPlan["kind"]> = ConditionPlan & { readonly kind: Kind };

function headerCondition({ kind, name, values }: Plan<"header">): Condition {
  const exact = new Set(values.filter((value) => !value.endsWith("*")));
  const beginnings = values.filter((value) => value.endsWith("*")).map((value) => value.slice(0, -1));
  return {
    kind,
    limits: [],
    holds: ({ call }) => {
      const value = headerOf(call, name);
      return (
        value !== undefined &&
        (exact.has(value) || beginnings.some((beginning) => value.startsWith(beginning)))
      );
    },
    find: ({ call }) => ({ kind, name, value: headerOf(call, name), wanted: values }),
  };
}

function callerCondition({ kind, callers }: Plan<"caller">, lists: Lists): Condition {
  const test = compileCallers(callers, lists);
  const entries = callersWords(callers);
  return {
    kind,
    limits: [],
    holds: ({ caller }) => test(caller) !== undefined,
    find: ({ caller }) => ({ kind, hit: test(caller), entries }),
  };
}

function scheduleCondition(
  { kind, schedules: names }: Plan<"open" | "closed">,
  schedule: ConditionContext["schedule"],
): Condition {
  // One that is not there has no state: rules may be shared by clients.
  const schedules = names.flatMap((name) => {
    const found = schedule(name);
    return found ? [{ name, schedule: found }] : [];
  });
  const wanted = kind === "open";
  return {
    kind,
    limits: [],
    holds: ({ nowMs }) => schedules.some(({ schedule }) => schedule.isOpen(nowMs) === wanted),
    find: ({ nowMs }, why) => ({
      kind,
      schedules: schedules.map(({ name, schedule }) => ({
        name,
        open: schedule.isOpen(nowMs),
        state: why ? schedule.stateAt(nowMs) : undefined,
      })),
    }),
  };
}

function overCondition({ kind, limits }: Plan<"over">): Condition {
  return {
    kind,
    limits,
    holds: ({ over }) => limits.some((name) => over.has(name)),
    find: ({ over }) => ({ kind, limits: limits.map((name) => ({ name, over: over.has(name) })) }),
  };
}
