/** What a rule asks for, compiled: whether it holds for a call, and what was found. */
import { compileCallers, type Lists } from "../callers/lookup.ts";
import { callersWords } from "../callers/sets.ts";
import type { Circumstances } from "../circumstances.ts";
import type { Finding } from "../decision.ts";
import { isTimedName } from "../names/name.ts";
import type { Parties } from "../names/parties.ts";
import { compileTests, testText } from "../names/tests.ts";
import { compileName, type NameContext } from "../names/value.ts";
import type { ConditionPlan, FlagPlan } from "../plan.ts";
import { fillClient } from "../templates/fill.ts";

/** Something that holds for a call or does not. */
export interface Condition {
  readonly kind: ConditionPlan["kind"];
  /** The limits that it asks about, by name. */
  readonly limits: readonly string[];
  readonly holds: (circumstances: Circumstances) => boolean;
  /** The same where it does not depend on the time; undefined where it does. */
  readonly holdsWhenever: (circumstances: Circumstances) => boolean | undefined;
  /** What was looked at, and found. @param why whether to find out why, which takes longer */
  readonly find: (circumstances: Circumstances, why: boolean) => Finding;
}

/** What conditions are compiled with. */
export interface ConditionContext extends NameContext {
  readonly lists: Lists;
  readonly parties: Parties;
}

/**
 * The order in which the conditions of a rule are tried: the cheap ones first, and limits last, since a limit counts
 * the calls that it is asked about.
 */
const ORDER: Readonly<Record<ConditionPlan["kind"], number>> = {
  contact: 0,
  exists: 1,
  lookup: 2,
  value: 2,
  caller: 3,
  dialled: 4,
  open: 5,
  closed: 6,
  forwarded: 7,
  not: 8,
  over: 9,
};

/** Compiles what a rule asks for, in the order in which it is tried. */
export function compileConditions(when: readonly ConditionPlan[], context: ConditionContext): Condition[] {
  const placeOf = ({ kind, limits }: Condition) => (limits.length > 0 ? ORDER.over : ORDER[kind]);
  return when
    .map((plan) => {
      const condition = compileCondition(plan, context);
      const { holds } = condition;
      const timed = isTimed(plan);
      return { holdsWhenever: timed ? ALWAYS_UNKNOWN : holds, ...condition };
    })
    .sort((a, b) => placeOf(a) - placeOf(b));
}

/** A condition whose kind alone says whether it depends on the time. */
type Plain = Omit<Condition, "holdsWhenever">;

const ALWAYS_UNKNOWN = () => undefined;

/** Whether a condition may hold at one time and not at another. */
function isTimed(plan: ConditionPlan): boolean {
  switch (plan.kind) {
    case "open":
    case "closed":
      return true;
    case "value":
      return isTimedName(plan.name);
    case "not":
      return plan.conditions.some(isTimed);
    case "caller":
    case "contact":
    case "dialled":
    case "forwarded":
    case "exists":
    case "lookup":
    case "over":
      return false;
  }
}

function compileCondition(plan: ConditionPlan, context: ConditionContext): Plain | Condition {
  switch (plan.kind) {
    case "value":
      return valueCondition(plan, context);
    case "caller":
      return callerCondition(plan, context.lists);
    case "contact":
      return contactCondition(plan);
    case "dialled":
      return dialledCondition(plan, context);
    case "forwarded":
      return forwardedCondition(plan, context);
    case "open":
    case "closed":
      return scheduleCondition(plan, context.schedule);
    case "exists":
      return existsCondition(plan, context);
    case "lookup":
      return lookupCondition(plan, context);
    case "over":
      return overCondition(plan);
    case "not":
      return notCondition(plan, context);
  }
}

type Plan<Kind extends ConditionPlan["kind"]> = ConditionPlan & { readonly kind: Kind };

function valueCondition({ kind, name, tests }: Plan<"value">, context: ConditionContext): Plain {
  const value = compileName(name, context);
  const passes = compileTests(tests);
  return {
    kind,
    limits: [],
    holds: (circumstances) => passes(value(circumstances) ?? ""),
    find: (circumstances) => ({
      kind,
      name,
      value: value(circumstances) || undefined,
      wanted: tests.map(testText),
    }),
  };
}

function contactCondition({ kind, known }: Plan<"contact">): Plain {
  return {
    kind,
    limits: [],
    holds: ({ caller }) => (caller.contact !== undefined) === known,
    find: ({ caller }) => ({ kind, known: caller.contact !== undefined }),
  };
}

function dialledCondition({ kind, callers }: Plan<"dialled">, { lists, parties }: ConditionContext): Plain {
  const test = compileCallers(callers, lists);
  const entries = callersWords(callers);
  return {
    kind,
    limits: [],
    holds: (circumstances) => test(parties.dialled(circumstances), false) !== undefined,
    find: (circumstances) => ({ kind, hit: test(parties.dialled(circumstances)), entries }),
  };
}

function forwardedCondition({ kind, callers }: Plan<"forwarded">, context: ConditionContext): Plain {
  const { lists, parties } = context;
  const test = compileCallers(callers, lists);
  const entries = callersWords(callers);
  return {
    kind,
    limits: [],
    holds: (circumstances) =>
      parties.forwarders(circumstances).some(({ caller }) => test(caller, false) !== undefined),
    find: (circumstances) => {
      const forwarders = parties.forwarders(circumstances);
      const hits = forwarders.flatMap(({ caller }) => {
        const hit = test(caller);
        return hit ? [hit] : [];
      });
      return { kind, by: forwarders.map(({ text }) => text ?? ""), hit: hits[0], entries };
    },
  };
}

function existsCondition({ kind, flags }: Plan<"exists">, { client, asks }: ConditionContext): Plain {
  const filled = flags.map((flag) => flagOf(flag, client));
  for (const { path } of filled) asks.flag(path);
  return {
    kind,
    limits: [],
    holds: ({ flags }) => filled.some(({ path }) => flags.has(path)),
    find: ({ flags }) => ({
      kind,
      flags: filled.map(({ name, path }) => ({ name, isThere: flags.has(path) })),
    }),
  };
}

/** The flag file of one client. */
export function flagOf({ name, path }: FlagPlan, client: string): FlagPlan {
  return { name: fillClient(name, client), path: fillClient(path, client) };
}

/**
 * Holds where its conditions do not all hold. The limits in it are asked about every call that gets as far, since one
 * that is not reached may be what makes it hold.
 */
function notCondition({ kind, conditions }: Plan<"not">, context: ConditionContext): Condition {
  const inner = compileConditions(conditions, context);
  return {
    kind,
    limits: inner.flatMap(({ limits }) => limits),
    holds: (circumstances) => !inner.every(({ holds }) => holds(circumstances)),
    holdsWhenever: (circumstances) => {
      const verdicts = inner.map(({ holdsWhenever }) => holdsWhenever(circumstances));
      if (verdicts.includes(false)) return true;
      return verdicts.includes(undefined) ? undefined : false;
    },
    find: (circumstances, why) => {
      const failing = inner.find(({ holds }) => !holds(circumstances));
      const told = failing ? [failing] : inner;
      return {
        kind,
        holds: failing !== undefined,
        findings: told.map(({ find }) => find(circumstances, why)),
      };
    },
  };
}

function callerCondition({ kind, callers }: Plan<"caller">, lists: Lists): Plain {
  const test = compileCallers(callers, lists);
  const entries = callersWords(callers);
  return {
    kind,
    limits: [],
    holds: ({ caller }) => test(caller, false) !== undefined,
    find: ({ caller }) => ({ kind, hit: test(caller), entries }),
  };
}

function scheduleCondition(
  { kind, schedules: names }: Plan<"open" | "closed">,
  schedule: ConditionContext["schedule"],
): Plain {
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

function lookupCondition(
  { kind, lookup, states }: Plan<"lookup">,
  { lookupId, asks }: ConditionContext,
): Plain {
  asks.lookup({ name: lookup, path: undefined });
  // One that is not there has no state: rules may be shared by clients.
  const id = lookupId(lookup);
  const stateIn = ({ lookups }: Circumstances) =>
    id === undefined ? undefined : (lookups.get(id)?.kind ?? "missing");
  const holds = (of: Circumstances) => states.some((state) => state === stateIn(of));
  return {
    kind,
    limits: [],
    holds,
    find: (of) => ({ kind, lookup, state: stateIn(of), wanted: states }),
  };
}

function overCondition({ kind, limits }: Plan<"over">): Plain {
  return {
    kind,
    limits,
    holds: ({ over }) => limits.some((name) => over.has(name)),
    find: ({ over }) => ({ kind, limits: limits.map((name) => ({ name, over: over.has(name) })) }),
  };
}
