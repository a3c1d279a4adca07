/** What must hold for a rule to decide. */
import { headerOf } from "./callers/call.ts";
import { compileCallers, type Lists } from "./callers/lookup.ts";
import { callersWords } from "./callers/sets.ts";
import type { WhenPlan } from "./plan.ts";
import type { Scene } from "./templates/placeholders.ts";
import type { Schedule } from "./time/schedule.ts";

/** What a call is decided by, besides the call itself. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Whether a limit, by name, is used up for this call. A limit that is asked counts the call, once. */
  readonly isOver: (limit: string) => boolean;
}

/** A call at its moment. */
export type Question = Scene & Moment;

/** Something that holds for a call or does not, and how to say so. */
export interface Condition {
  readonly kind: keyof WhenPlan;
  readonly holds: (question: Question) => boolean;
  /** What was found, in words for people who do not program. */
  readonly words: (question: Question) => string;
}

/** What conditions are compiled with. */
export interface ConditionContext {
  readonly lists: Lists;
  readonly schedule: (name: string) => Schedule;
}

/** Compiles what a rule asks for; all of the conditions must hold. Those that cost least come first. */
export function compileConditions(when: WhenPlan, { lists, schedule }: ConditionContext): Condition[] {
  const conditions: Condition[] = [];
  for (const { name, values } of when.headers) conditions.push(headerCondition(name, values));
  if (when.caller) {
    const test = compileCallers(when.caller, lists);
    const entries = callersWords(when.caller);
    conditions.push({
      kind: "caller",
      holds: ({ caller }) => test(caller) !== undefined,
      words: ({ caller }) => {
        const hit = test(caller);
        return hit ? `the caller is in ${hit.join(" → ")}` : `the caller is in none of ${entries}`;
      },
    });
  }
  if (when.open) conditions.push(scheduleCondition("open", when.open, schedule));
  if (when.closed) conditions.push(scheduleCondition("closed", when.closed, schedule));
  // Last: a limit counts the calls that it is asked about.
  if (when.over) conditions.push(overCondition(when.over));
  return conditions;
}

function scheduleCondition(
  kind: "open" | "closed",
  names: readonly string[],
  schedule: (name: string) => Schedule,
): Condition {
  const schedules = names.map((name) => ({ name, ...schedule(name) }));
  const wanted = kind === "open";
  return {
    kind,
    holds: ({ nowMs }) => schedules.some(({ isOpen }) => isOpen(nowMs) === wanted),
    words: ({ nowMs }) => {
      const found = schedules.map(({ name, words }) => `"${name}": ${words(nowMs)}`).join("; ");
      return schedules.length > 1 ? `one of them must be ${kind}; ${found}` : found;
    },
  };
}

function headerCondition(name: string, values: readonly string[]): Condition {
  const exact = new Set(values.filter((value) => !value.endsWith("*")));
  const beginnings = values.filter((value) => value.endsWith("*")).map((value) => value.slice(0, -1));
  return {
    kind: "headers",
    holds: ({ call }) => {
      const value = headerOf(call, name);
      return (
        value !== undefined &&
        (exact.has(value) || beginnings.some((beginning) => value.startsWith(beginning)))
      );
    },
    words: ({ call }) => {
      const value = headerOf(call, name);
      const found = value === undefined ? "is not there" : `is ${JSON.stringify(value)}`;
      return `the header ${name} ${found}; asked for: ${values.join(", ")}`;
    },
  };
}

function overCondition(names: readonly string[]): Condition {
  // Both stop at the first that is used up: a limit that was not asked must not be asked to explain.
  return {
    kind: "over",
    holds: ({ isOver }) => names.some(isOver),
    words: ({ isOver }) => {
      const over = names.find(isOver);
      if (over !== undefined) return `the limit "${over}" is used up`;
      return names.map((name) => `the limit "${name}" is not used up`).join(", ");
    },
  };
}
