/** `[numbers]` and `[defaults]`: what becomes of calls and texts. */
import { readPrefix } from "../../routing/callers/callers.ts";
import { type CountryCode, readNumber } from "../../routing/callers/phone.ts";
import { callersOf } from "../../routing/callers/sets.ts";
import type { JsonTable } from "../../routing/merge.ts";
import type {
  Additions,
  DefaultsPlan,
  DialledPattern,
  LinePlan,
  NumberPlan,
  RulePlan,
  Share,
  Target,
  WhenPlan,
} from "../../routing/plan.ts";
import { didYouMean, type Path, quote } from "../findings/findings.ts";
import type { Document } from "../shape/schema.ts";
import { eachOf, findAgent, type ReadContext, readCallers, readNames } from "./references.ts";
import { readDuration } from "./settings.ts";

/** The longest that an answer may be held, in milliseconds: Retell waits 10 s for it. */
const MAX_DELAY_MS = 8000;

/** Reads `[defaults]`. */
export function readDefaults(defaults: Document["defaults"], context: ReadContext): DefaultsPlan {
  const path = ["defaults"];
  return {
    ...readAdditions(defaults, path, context),
    deny: callersOf(readCallers(defaults.deny, [...path, "deny"], context)),
    allow: callersOf(readCallers(defaults.allow, [...path, "allow"], context)),
    unrouted: defaults.unrouted,
  };
}

/** Reads `[numbers]`; two entries for the same number are reported, however they are written. */
export function readNumbers(numbers: Document["numbers"], context: ReadContext): NumberPlan[] {
  const { findings } = context;
  const seen = new Map<string, string>();
  return Object.entries(numbers).flatMap(([entry, number]) => {
    const path = ["numbers", entry];
    const { warning, ...pattern } = { warning: undefined, ...readPattern(entry, context.country) };
    // Whatever the pattern, the entry's insides are checked too: one run names everything.
    const line = readLine(number, path, context);
    const sms = number.sms && readLine(number.sms, [...path, "sms"], context);
    if ("problem" in pattern) {
      findings.error(path, pattern.problem, { at: "key", hint: pattern.hint });
      return [];
    }
    if (warning) findings.warning(path, warning, { at: "key" });
    const id = JSON.stringify(pattern);
    const first = seen.get(id);
    if (first !== undefined) {
      findings.error(
        path,
        `${quote(entry)} is the same as ${quote(first)}: each number can stand here once`,
        {
          at: "key",
          related: { path: ["numbers", first], message: `${quote(first)} stands here` },
        },
      );
      return [];
    }
    seen.set(id, entry);
    return [{ entry, pattern, ...line, sms }];
  });
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

type LineDocument = Omit<Document["numbers"][string], "sms">;
type RuleDocument = LineDocument["rules"][number];
type RouteDocument = Omit<RuleDocument, "name" | "when">;

function readLine(line: LineDocument, path: Path, context: ReadContext): LinePlan {
  return {
    ...readAdditions(line, path, context),
    target: readTarget(line, path, context) ?? { kind: "pass" },
    deny: callersOf(readCallers(line.deny, [...path, "deny"], context)),
    allow: line.allow && callersOf(readCallers(line.allow, [...path, "allow"], context)),
    rules: line.rules.map((rule, at) => readRule(rule, [...path, "rules", at], context)),
  };
}

function readRule(rule: RuleDocument, path: Path, context: ReadContext): RulePlan {
  if (rule.name === "") context.findings.error([...path, "name"], "the name of a rule must not be empty");
  return {
    ...readAdditions(rule, path, context),
    name: rule.name,
    when: readWhen(rule.when ?? {}, [...path, "when"], context),
    target: readTarget(rule, path, context),
  };
}

function readWhen(when: NonNullable<RuleDocument["when"]>, path: Path, context: ReadContext): WhenPlan {
  const names = (key: "open" | "closed" | "over", table: "schedules" | "limits") =>
    when[key] === undefined ? undefined : readNames(when[key], [...path, key], table, context);
  return {
    caller:
      when.caller === undefined
        ? undefined
        : callersOf(readCallers(when.caller, [...path, "caller"], context)),
    open: names("open", "schedules"),
    closed: names("closed", "schedules"),
    headers: Object.entries(when.header ?? {}).map(([name, values]) => ({
      name: name.toLowerCase(),
      values: readHeaderValues(values, [...path, "header", name], context),
    })),
    over: names("over", "limits"),
  };
}

function readHeaderValues(
  values: string | readonly string[],
  path: Path,
  { findings }: ReadContext,
): string[] {
  return eachOf(values, path).map(({ path: place, item }) => {
    if (item.slice(0, -1).includes("*")) {
      findings.error(
        place,
        `the value of a header may end with "*", but not hold one before, found ${findings.quote(item)}`,
      );
    }
    return item;
  });
}

const TARGETS = ["agent", "split", "pass", "reject"] as const;

/** Who takes the call; undefined where the route does not say. */
function readTarget(route: RouteDocument, path: Path, context: ReadContext): Target | undefined {
  const { findings } = context;
  const [first, second] = TARGETS.filter((key) => route[key] !== undefined);
  if (first && second) {
    const message = `a route says at most one of agent, split, pass and reject; this one also says ${first}`;
    const related = { path: [...path, first], message: `${first} stands here` };
    findings.error([...path, second], message, { at: "key", related });
  }
  if (route.split_by !== undefined && route.split === undefined) {
    findings.error([...path, "split_by"], "`split_by` says how to split, and there is no `split` here", {
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
  split: NonNullable<RouteDocument["split"]>,
  by: RouteDocument["split_by"],
  path: Path,
  context: ReadContext,
): Target {
  const shares = Object.entries(split).flatMap(([name, weight]): Share[] => {
    const agent = readAgent(name, [...path, name], "key", context);
    if (!Number.isFinite(weight)) {
      context.findings.error([...path, name], `a weight must be a number, found ${weight}`);
      return [];
    }
    return agent ? [{ name, agent, weight }] : [];
  });
  const total = Object.values(split).reduce((sum, weight) => sum + weight, 0);
  if (total === 0) context.findings.error(path, "a split needs at least one agent with a weight over 0");
  return { kind: "split", shares, by: by ?? "caller" };
}

interface AdditionsDocument {
  readonly presets: readonly string[];
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly metadata: JsonTable;
  readonly delay?: string | undefined;
}

function readAdditions(document: AdditionsDocument, path: Path, context: ReadContext): Additions {
  const { delay } = document;
  const delayMs = delay === undefined ? undefined : readDuration(delay);
  if (delay !== undefined && (delayMs === undefined || delayMs > MAX_DELAY_MS)) {
    const found = `\`delay\` must be a duration of at most 8s, such as "4s", found ${context.findings.quote(delay)}`;
    context.findings.error([...path, "delay"], found, { hint: "Retell waits 10 s for an answer" });
  }
  for (const place of placesWithoutJson(document.metadata, [...path, "metadata"])) {
    context.findings.error(place, "metadata is sent as JSON, which has neither nan nor inf");
  }
  return {
    presets: readNames(document.presets, [...path, "presets"], "presets", context),
    variables: Object.fromEntries(
      Object.entries(document.variables).map(([name, value]) => [name, String(value)]),
    ),
    metadata: document.metadata,
    delayMs,
  };
}

/** Where numbers stand that JSON cannot say. */
function placesWithoutJson(value: unknown, path: Path): Path[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (Array.isArray(value)) return value.flatMap((item, at) => placesWithoutJson(item, [...path, at]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => placesWithoutJson(field, [...path, key]));
}
