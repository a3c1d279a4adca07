/** `[numbers]` and `[defaults]`: what becomes of calls and texts. */
import { MAX_DELAY_MS, RETELL_TIMEOUT_MS } from "../../retell/timing.ts";
import { readPrefix } from "../../routing/callers/callers.ts";
import { type CountryCode, readNumber } from "../../routing/callers/phones/phone.ts";
import { callersOf, unionOf } from "../../routing/callers/sets.ts";
import { type JsonTable, mergeKeys } from "../../routing/merge.ts";
import type {
  Additions,
  Callers,
  DefaultsPlan,
  DialledPattern,
  NumberPlan,
  RoutePlan,
  RulePlan,
  Share,
  Target,
} from "../../routing/plan.ts";
import { didYouMean, type Findings, type Path, quote } from "../findings/findings.ts";
import { durationText, readDuration } from "../shape/duration.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { RouteDocument, RuleDocument, ScopeDocument } from "../shape/schema/schema.ts";
import { readConditions } from "./conditions.ts";
import { placesWithoutJson } from "./json.ts";
import { findAgent, type ReadContext, readCallers, readNames } from "./references.ts";

/** What `[defaults]` of one file say. */
export type OwnDefaults = Omit<DefaultsPlan, "allow" | "rulesets" | "unrouted"> & {
  readonly allow: Callers | undefined;
  readonly rulesets: readonly string[] | undefined;
  readonly unrouted: DefaultsPlan["unrouted"] | undefined;
};

/** Reads `[defaults]` of one file. */
export function readDefaults(defaults: ScopeDocument["defaults"], context: ReadContext): OwnDefaults {
  const path = ["defaults"];
  return {
    ...readAdditions(defaults, path, context),
    deny: readCallers(defaults.deny, [...path, "deny"], context),
    allow: defaults.allow && readCallers(defaults.allow, [...path, "allow"], context),
    unrouted: defaults.unrouted,
    rulesets: defaults.rulesets && uniqueNames(defaults.rulesets, path, "rulesets", context),
  };
}

/** What holds for the numbers of a client: `[defaults]` of the main file, and its own over them. */
export function layered(main: OwnDefaults, own: OwnDefaults | undefined): DefaultsPlan {
  const stronger = {
    allow: own?.allow ?? main.allow ?? NOBODY,
    rulesets: own?.rulesets ?? main.rulesets ?? [],
    unrouted: own?.unrouted ?? main.unrouted ?? "pass",
  };
  if (!own) return { ...main, ...stronger };
  return {
    presets: [...main.presets, ...own.presets],
    variables: mergeKeys([main.variables, own.variables]),
    metadata: mergeKeys([main.metadata, own.metadata]),
    delayMs: own.delayMs ?? main.delayMs,
    deny: unionOf(main.deny, own.deny),
    notify: [...new Set([...main.notify, ...own.notify])],
    ...stronger,
  };
}

const NOBODY = callersOf([]);

/** Reads a ruleset: `[[rulesets.NAME]]`. */
export function readRuleset(
  name: string,
  rules: NonNullable<ScopeDocument["rulesets"][string]>,
  context: ReadContext,
): RulePlan[] {
  return readRules(rules, ["rulesets", name], context);
}

/** Which entry of which file each dialled number belongs to, so that none belongs to two. */
export type Taken = Map<string, { readonly entry: string; readonly findings: Findings }>;

/**
 * Reads `[numbers]` of one file; two entries for the same number are reported, however they are written.
 *
 * @param taken the entries of all files so far; those of this one are added
 */
export function readNumbers(
  numbers: ScopeDocument["numbers"],
  taken: Taken,
  context: ReadContext,
): NumberPlan[] {
  const { findings, client } = context;
  return fittingEntries(numbers).flatMap(([entry, number]) => {
    const path = ["numbers", entry];
    const { warning, ...pattern } = { warning: undefined, ...readPattern(entry, context.country) };
    // Whatever the pattern, the entry's insides are checked too: one run names everything.
    const route = readRoute(number, path, context);
    const sms = number.sms && readRoute(number.sms, [...path, "sms"], context);
    if ("problem" in pattern) {
      findings.error(path, pattern.problem, { at: "key", hint: pattern.hint });
      return [];
    }
    if (warning) findings.warning(path, warning, { at: "key" });
    const id = patternText(pattern);
    const first = taken.get(id);
    if (first) {
      const same = first.entry === entry ? "" : ` as ${quote(first.entry)}`;
      const message = same
        ? `${quote(entry)} is the same${same}; a number can have only one entry`
        : `${quote(entry)} also has an entry in another file; a number can have only one`;
      const related = {
        path: ["numbers", first.entry],
        message: `${quote(first.entry)} is here`,
        of: first.findings,
      };
      findings.error(path, message, { at: "key", related });
      return [];
    }
    taken.set(id, { entry, findings });
    return [{ entry, client, pattern, ...route, sms }];
  });
}

/** The same for entries of the same number. */
function patternText(pattern: DialledPattern): string {
  switch (pattern.kind) {
    case "exact":
      return pattern.number;
    case "prefix":
      return `${pattern.prefix}*`;
    case "any":
      return "*";
  }
}

/** The pattern of an entry, perhaps with a doubt about it, or what is wrong. */
type PatternReading =
  | (DialledPattern & { readonly warning?: string })
  | { readonly problem: string; readonly hint?: string | undefined };

function readPattern(entry: string, country: CountryCode | undefined): PatternReading {
  if (entry === "*") return { kind: "any" };
  if (entry.includes("*")) {
    const prefix = readPrefix(entry);
    return "prefix" in prefix ? { kind: "prefix", prefix: prefix.prefix } : prefix;
  }
  const read = readNumber(entry, country);
  if ("number" in read) return { kind: "exact", ...read };
  return {
    problem: `${quote(entry)} is not a dialled number: ${read.problem}`,
    hint: didYouMean(entry, read.near ?? []),
  };
}

type TargetDocument = Pick<RuleDocument, "agent" | "split" | "split_by" | "pass" | "reject">;

function readRoute(route: RouteDocument, path: Path, context: ReadContext): RoutePlan {
  return {
    ...readAdditions(route, path, context),
    target: readTarget(route, path, context) ?? { kind: "pass" },
    deny: readCallers(route.deny, [...path, "deny"], context),
    allow: route.allow && readCallers(route.allow, [...path, "allow"], context),
    rules: readRules(route.rules, [...path, "rules"], context),
    rulesets: route.rulesets && uniqueNames(route.rulesets, path, "rulesets", context),
  };
}

/** Each once: what a rule says a second time changes nothing, and nobody is told twice. */
function uniqueNames(
  names: readonly (string | undefined)[],
  path: Path,
  table: "rulesets" | "notify",
  context: ReadContext,
): string[] {
  if (names.length === 0) return [];
  return [...new Set(readNames(names, [...path, table], table, context))];
}

function readRules(rules: RouteDocument["rules"], path: Path, context: ReadContext): RulePlan[] {
  return fittingItems(rules).map(({ at, item }) => readRule(item, [...path, at], context));
}

function readRule(rule: RuleDocument, path: Path, context: ReadContext): RulePlan {
  if (rule.name === "") context.findings.error([...path, "name"], "the name of a rule must not be empty");
  return {
    ...readAdditions(rule, path, context),
    name: rule.name,
    continues: rule.continue,
    when: readConditions(rule.when ?? {}, [...path, "when"], context),
    target: readTarget(rule, path, context),
  };
}

const TARGETS = ["agent", "split", "pass", "reject"] as const;

/** Who takes the call; undefined where the route does not say. */
function readTarget(route: TargetDocument, path: Path, context: ReadContext): Target | undefined {
  const { findings } = context;
  const [first, second] = TARGETS.filter((key) => route[key] !== undefined);
  if (first && second) {
    const message = `a route can have only one of agent, split, pass and reject; this one also has ${first}`;
    const related = { path: [...path, first], message: `${first} is here` };
    findings.error([...path, second], message, { at: "key", related });
  }
  if (route.split_by !== undefined && route.split === undefined) {
    findings.error([...path, "split_by"], "`split_by` has no effect without `split`", {
      at: "key",
    });
  }
  if (route.agent !== undefined) {
    const agent = readAgent(route.agent, [...path, "agent"], "value", context);
    return agent && { kind: "agent", agent };
  }
  if (route.split !== undefined) return readSplit(route.split, route.split_by, [...path, "split"], context);
  if (route.reject) return { kind: "reject" };
  return route.pass && { kind: "pass" };
}

function readAgent(text: string, path: Path, at: "key" | "value", context: ReadContext) {
  const found = findAgent(text, context);
  if ("agent" in found) return found.agent;
  context.findings.error(path, found.problem, { at, hint: found.hint });
  return undefined;
}

function readSplit(
  split: NonNullable<TargetDocument["split"]>,
  by: TargetDocument["split_by"],
  path: Path,
  context: ReadContext,
): Target {
  const shares = fittingEntries(split).flatMap(([name, weight]): Share[] => {
    const agent = readAgent(name, [...path, name], "key", context);
    if (!Number.isFinite(weight)) {
      context.findings.error([...path, name], `a weight must be a number, found ${weight}`);
      return [];
    }
    return agent ? [{ name, agent, weight }] : [];
  });
  const total = fittingEntries(split).reduce((sum, [, weight]) => sum + weight, 0);
  if (total === 0) context.findings.error(path, "a split needs at least one agent with a weight over 0");
  return { kind: "split", shares, by: by ?? "caller" };
}

interface AdditionsDocument {
  readonly presets: readonly (string | undefined)[];
  readonly variables: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly metadata: JsonTable;
  readonly delay?: string | undefined;
  readonly notify: readonly (string | undefined)[];
}

function readAdditions(document: AdditionsDocument, path: Path, context: ReadContext): Additions {
  const { delay } = document;
  const delayMs = delay === undefined ? undefined : readDuration(delay);
  if (delay !== undefined && (delayMs === undefined || delayMs > MAX_DELAY_MS)) {
    const most = durationText(MAX_DELAY_MS);
    const found = `\`delay\` must be a duration of at most ${most}, such as "4s", found ${context.findings.quote(delay)}`;
    const hint = `Retell waits ${RETELL_TIMEOUT_MS / 1000} s for an answer`;
    context.findings.error([...path, "delay"], found, { hint });
  }
  for (const place of placesWithoutJson(document.metadata, [...path, "metadata"])) {
    context.findings.error(place, "metadata is sent as JSON, which has neither nan nor inf");
  }
  return {
    presets: readNames(document.presets, [...path, "presets"], "presets", context),
    variables: textsOf(document.variables),
    metadata: document.metadata,
    delayMs,
    notify: uniqueNames(document.notify, path, "notify", context),
  };
}

/** Variables are text on the wire. */
function textsOf(variables: AdditionsDocument["variables"]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of fittingEntries(variables)) texts[name] = String(value);
  return texts;
}
