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
  Target,
} from "../../routing/plan.ts";
import { didYouMean, type Findings, type Path, quote } from "../findings/findings.ts";
import { durationText, readDuration } from "../shape/duration.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { RouteDocument, RuleDocument, ScopeDocument } from "../shape/schema/schema.ts";
import { readConditions } from "./conditions.ts";
import { placesWithoutJson } from "./json.ts";
import { knownCallers, type ReadContext, readCallers, readNames } from "./references.ts";
import { readTarget } from "./target.ts";

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
  const plans: NumberPlan[] = [];
  // There may be a hundred thousand: nothing is made for one that is not kept.
  for (const entry of Object.keys(numbers)) {
    const number = numbers[entry];
    if (number === undefined) continue;
    const path = ["numbers", entry];
    const read = readPattern(entry, context.country);
    // Whatever the pattern, the entry's insides are checked too: one run names everything.
    const route = readRoute(number, path, context);
    const sms = number.sms && readRoute(number.sms, [...path, "sms"], context);
    if ("problem" in read) {
      findings.error(path, read.problem, { at: "key", hint: read.hint });
      continue;
    }
    const { pattern, warning } = read;
    if (warning !== undefined) findings.warning(path, warning, { at: "key" });
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
      continue;
    }
    taken.set(id, { entry, findings });
    // Copying all of a route at once takes several times as long.
    const { presets, variables, metadata, delayMs, notify, target, deny, allow, rules, rulesets } = route;
    plans.push({
      entry,
      client,
      pattern,
      presets,
      variables,
      metadata,
      delayMs,
      notify,
      target,
      deny,
      allow,
      rules,
      rulesets,
      sms,
    });
  }
  return plans;
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
  | { readonly pattern: DialledPattern; readonly warning: string | undefined }
  | { readonly problem: string; readonly hint?: string | undefined };

function readPattern(entry: string, country: CountryCode | undefined): PatternReading {
  if (entry === "*") return { pattern: { kind: "any" }, warning: undefined };
  if (entry.includes("*")) {
    const read = readPrefix(entry);
    if (!("prefix" in read)) return read;
    return { pattern: { kind: "prefix", prefix: read.prefix }, warning: undefined };
  }
  const read = readNumber(entry, country);
  if ("number" in read) return { pattern: { kind: "exact", number: read.number }, warning: read.warning };
  return {
    problem: `${quote(entry)} is not a dialled number: ${read.problem}`,
    hint: didYouMean(entry, read.near ?? []),
  };
}

const PASS: Target = { kind: "pass" };

/** What most entries have of most things, once for all. */
const NOTHING: readonly never[] = [];

function readRoute(route: RouteDocument, path: Path, context: ReadContext): RoutePlan {
  const { presets, variables, metadata, delayMs, notify } = readAdditions(route, path, context);
  const target = readTarget(route, path, context) ?? PASS;
  const deny = knownCallers(route.deny, context) ?? readCallers(route.deny, [...path, "deny"], context);
  const allow = route.allow && readCallers(route.allow, [...path, "allow"], context);
  const rules = route.rules.length === 0 ? NOTHING : readRules(route.rules, [...path, "rules"], context);
  const rulesets = route.rulesets && uniqueNames(route.rulesets, path, "rulesets", context);
  return { presets, variables, metadata, delayMs, notify, target, deny, allow, rules, rulesets };
}

/** Each once: what a rule says a second time changes nothing, and nobody is told twice. */
function uniqueNames(
  names: readonly (string | undefined)[],
  path: Path,
  table: "rulesets" | "notify",
  context: ReadContext,
): readonly string[] {
  if (names.length === 0) return NOTHING;
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
  if (!isText(document.metadata)) {
    for (const place of placesWithoutJson(document.metadata, [...path, "metadata"])) {
      context.findings.error(place, "metadata is sent as JSON, which has neither nan nor inf");
    }
  }
  const { presets } = document;
  return {
    presets: presets.length === 0 ? NOTHING : readNames(presets, [...path, "presets"], "presets", context),
    variables: textsOf(document.variables),
    metadata: document.metadata,
    delayMs,
    notify: uniqueNames(document.notify, path, "notify", context),
  };
}

/** Variables are text on the wire. */
function textsOf(variables: AdditionsDocument["variables"]): Readonly<Record<string, string>> {
  if (isText(variables)) return variables;
  const texts: Record<string, string> = {};
  for (const [name, value] of fittingEntries(variables)) texts[name] = String(value);
  return texts;
}

/** Whether everything in a table is text. */
function isText(table: Readonly<Record<string, unknown>>): table is Readonly<Record<string, string>> {
  for (const key in table) if (typeof table[key] !== "string") return false;
  return true;
}
