/** What is allowed, and yet hardly what anyone means. */
import { type Callers, sizeOf } from "../routing/callers.ts";
import type { LinePlan, RoutingPlan, RulePlan, WhenPlan } from "../routing/plan.ts";
import { isNeverOpen } from "../routing/schedule.ts";
import { type Findings, type Path, quote } from "./findings.ts";
import type { Document } from "./schema.ts";

/** Warns of what can never happen, and of what is never used. */
export function warnOfTrouble(document: Document, plan: RoutingPlan, findings: Findings): void {
  for (const [name, schedule] of plan.schedules) {
    if (isNeverOpen(schedule))
      findings.warning(["schedules", name], `the schedule ${quote(name)} is never open`, { at: "key" });
  }
  for (const { path, line } of linesOf(plan)) {
    warnOfRules(line.rules, path, plan.schedules, findings);
    warnOfAllow(line, path, plan, findings);
  }
  warnOfSplits(document, findings);
  warnOfHiddenPrefixes(plan, findings);
  warnOfUnused(document, plan, findings);
}

interface PlacedLine {
  readonly path: Path;
  readonly line: LinePlan;
}

function linesOf({ numbers }: RoutingPlan): PlacedLine[] {
  return numbers.flatMap((number): PlacedLine[] => {
    const path = ["numbers", number.entry];
    return [{ path, line: number }, ...(number.sms ? [{ path: [...path, "sms"], line: number.sms }] : [])];
  });
}

function warnOfRules(
  rules: readonly RulePlan[],
  path: Path,
  schedules: RoutingPlan["schedules"],
  findings: Findings,
): void {
  const seen = new Map<string, number>();
  const nameOf = (at: number) => quote(rules[at]?.name ?? `rule ${at + 1}`);
  for (const [at, { when }] of rules.entries()) {
    const place = [...path, "rules", at];
    const impossible = whyNever(when, schedules);
    const always = seen.get(JSON.stringify(ALWAYS));
    const same = seen.get(JSON.stringify(when));
    const earlier = always ?? same;
    if (impossible) {
      findings.warning(place, `this rule is never reached: ${impossible}`, { at: "key" });
    } else if (earlier !== undefined) {
      const reason =
        always === undefined ? "asks for the same, and comes first" : "always holds, and comes first";
      findings.warning(place, `this rule is never reached: ${nameOf(earlier)} ${reason}`, { at: "key" });
    }
    if (!seen.has(JSON.stringify(when))) seen.set(JSON.stringify(when), at);
  }
}

const ALWAYS: WhenPlan = {
  caller: undefined,
  open: undefined,
  closed: undefined,
  headers: [],
  over: undefined,
};

/** Why a rule can never hold. */
function whyNever(when: WhenPlan, schedules: RoutingPlan["schedules"]): string | undefined {
  const { caller, open, closed, headers, over } = when;
  if (caller && sizeOf(caller) === 0) return "`caller` names nobody";
  for (const [key, names] of Object.entries({ open, closed, over })) {
    if (names?.length === 0) return `\`${key}\` names nothing`;
  }
  const empty = headers.find(({ values }) => values.length === 0);
  if (empty) return `the header ${empty.name} has no values`;
  const isNever = (name: string) => {
    const schedule = schedules.get(name);
    return schedule !== undefined && isNeverOpen(schedule);
  };
  if (open?.every(isNever))
    return `${open.map(quote).join(" and ")} ${open.length > 1 ? "are" : "is"} never open`;
  const [only] = open ?? [];
  if (only !== undefined && open?.length === 1 && closed?.length === 1 && closed[0] === only) {
    return `${quote(only)} is never open and closed at once`;
  }
  return undefined;
}

function warnOfAllow(
  { allow, deny }: LinePlan,
  path: Path,
  { defaults }: RoutingPlan,
  findings: Findings,
): void {
  if (!allow || sizeOf(allow) === 0 || !isCovered(allow, [defaults.deny, deny])) return;
  const message = "nobody is let in: everyone whom `allow` lets in is kept out by `deny`";
  findings.warning([...path, "allow"], message, { at: "key" });
}

/** Whether every entry of a set is covered by an entry of others. */
function isCovered(callers: Callers, others: readonly Callers[]): boolean {
  if (others.some(({ anyone }) => anyone)) return true;
  const prefixes = others.flatMap((other) => other.prefixes);
  const has = <Key extends "numbers" | "lists" | "countries">(key: Key, entry: string) =>
    others.some((other) => other[key].some((known) => known === entry));
  return (
    callers.numbers.every(
      (number) => has("numbers", number) || prefixes.some((prefix) => number.startsWith(prefix)),
    ) &&
    callers.prefixes.every((entry) => prefixes.some((prefix) => entry.startsWith(prefix))) &&
    callers.lists.every((list) => has("lists", list)) &&
    callers.countries.every((country) => has("countries", country)) &&
    (!callers.withheld || others.some(({ withheld }) => withheld)) &&
    (!callers.contact || others.some(({ contact }) => contact)) &&
    !callers.anyone
  );
}

function warnOfSplits(document: Document, findings: Findings): void {
  for (const [entry, number] of Object.entries(document.numbers)) {
    const path = ["numbers", entry];
    for (const { path: place, line } of [
      { path, line: number },
      ...(number.sms ? [{ path: [...path, "sms"], line: number.sms }] : []),
    ]) {
      const routes = [
        { path: place, split: line.split },
        ...line.rules.map(({ split }, at) => ({ path: [...place, "rules", at], split })),
      ];
      for (const { path: route, split } of routes) {
        const sides = Object.values(split ?? {}).filter((weight) => weight > 0);
        if (sides.length !== 1) continue;
        findings.warning([...route, "split"], "this split has one side only: all calls go there", {
          at: "key",
        });
      }
    }
  }
}

/** A prefix is hidden where every number that begins so begins like a longer one too. */
function warnOfHiddenPrefixes({ numbers }: RoutingPlan, findings: Findings): void {
  const prefixes = new Set(
    numbers.flatMap(({ pattern }) => (pattern.kind === "prefix" ? [pattern.prefix] : [])),
  );
  const longest = Math.max(0, ...[...prefixes].map((prefix) => prefix.length));
  const isTaken = (prefix: string): boolean =>
    prefixes.has(prefix) || (prefix.length < longest && DIGITS.every((digit) => isTaken(prefix + digit)));
  for (const { entry, pattern } of numbers) {
    if (pattern.kind !== "prefix" || !DIGITS.every((digit) => isTaken(pattern.prefix + digit))) continue;
    findings.warning(
      ["numbers", entry],
      `${quote(entry)} matches nothing: longer prefixes take every number that begins so`,
      {
        at: "key",
      },
    );
  }
}

const DIGITS = [..."0123456789"];

function warnOfUnused(document: Document, plan: RoutingPlan, findings: Findings): void {
  const callers = [plan.defaults.allow, plan.defaults.deny, ...plan.lists.values()];
  const presets = new Set<string>();
  const use = (names: readonly string[]) => {
    for (const name of names) presets.add(name);
  };
  use(plan.defaults.presets);
  for (const agent of Object.values(document.agents)) if (typeof agent !== "string") use(agent.presets);
  for (const contact of plan.contacts.contacts) use(contact.presets);
  for (const { line } of linesOf(plan)) {
    callers.push(line.deny, ...(line.allow ? [line.allow] : []));
    use(line.presets);
    for (const rule of line.rules) {
      use(rule.presets);
      if (rule.when.caller) callers.push(rule.when.caller);
    }
  }
  const lists = new Set(callers.flatMap((set) => set.lists));
  for (const name of plan.lists.keys()) {
    if (!lists.has(name))
      findings.warning(["lists", name], `the list ${quote(name)} is never used`, { at: "key" });
  }
  for (const name of plan.presets.keys()) {
    if (!presets.has(name))
      findings.warning(["presets", name], `the preset ${quote(name)} is never used`, { at: "key" });
  }
}
