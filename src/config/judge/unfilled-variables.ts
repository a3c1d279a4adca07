/** Variables of Retell's own templates that presets name as `{{name}}`, and that nothing gives to a call. */
import type { Additions, RoutePlan, RulePlan, Target } from "../../routing/plan.ts";
import type { ScopedPlan } from "../../routing/table/scopes.ts";
import { routesIn } from "../../routing/walk.ts";
import { didYouMean, type Path, quote } from "../findings/findings.ts";
import type { JudgedScope } from "./judged-scope.ts";

/**
 * Warns of every variable that a preset names and that no route which uses the preset gives. Retell leaves the name of
 * such a variable in the text, and the agent says it aloud.
 */
export function warnOfUnfilledVariables(scopes: readonly JudgedScope[]): void {
  for (const scope of scopes) {
    const named = [...scope.own.presets].map(([name, preset]) => {
      return { name, variables: variablesIn(preset, ["presets", name]), own: ownVariables(preset) };
    });
    const asking = named.filter(({ variables }) => variables.length > 0);
    if (asking.length === 0) continue;
    // The main file's presets are used by clients too, as long as they have none of that name.
    const isUser = (user: JudgedScope, preset: string) =>
      user === scope || (scope === scopes[0] && !user.own.presets.has(preset));
    const given = new Map<string, Set<string>>();
    for (const user of scopes) {
      const wanted = asking.map(({ name }) => name).filter((name) => isUser(user, name));
      if (wanted.length > 0) addGiven(user.plan, new Set(wanted), given);
    }
    const headers = scopes.flatMap(({ source }) =>
      source.uses.flatMap(({ name }) => (name.kind === "header" ? [name.header] : [])),
    );
    for (const { name, variables, own } of asking) {
      const known = given.get(name);
      // One that no route uses is said to be never used.
      if (!known) continue;
      for (const { variable, path, written } of variables) {
        if (known.has(variable) || own.has(variable) || isRetells(variable, headers)) continue;
        const message = `nothing sets the variable ${quote(variable)}: the agent would say "${written}" aloud`;
        const isColumn = scope.plan.contacts.columns.includes(variable);
        const column = isColumn ? "add the column to `variables` in [contacts]" : undefined;
        const hint = column ?? didYouMean(variable, known) ?? "set it in `variables`";
        scope.source.findings.warning(path, message, { part: written, hint });
      }
    }
  }
}

/**
 * What Retell itself gives to every call: https://docs.retellai.com/build/dynamic-variables, "Default System Variables".
 * Some end with a time zone, such as `current_time_Europe/Berlin`.
 */
const RETELLS =
  /^(?:current_.+|previous_agent_state|session_(?:type|duration)|direction|(?:user|agent)_number|agent_(?:id|name)|(?:call|chat)_id|call_type)$/;

/** Headers that Retell hands to agents as variables besides those that begin with `x-`. */
const SIP_HEADERS = ["user-to-user", "diversion", "history-info", "p-asserted-identity"];

function isRetells(variable: string, headers: readonly string[]): boolean {
  const name = variable.toLowerCase();
  if (RETELLS.test(variable) || name.startsWith("x-") || SIP_HEADERS.includes(name)) return true;
  return headers.some((header) => header === name || header === `x-${name}`);
}

interface NamedVariable {
  readonly variable: string;
  readonly path: Path;
  /** With its braces. */
  readonly written: string;
}

const VARIABLE = /\{\{\s*([A-Za-z_][\w./-]*)\s*\}\}/g;

function variablesIn(value: unknown, path: Path): NamedVariable[] {
  if (typeof value === "string") {
    const found = [...value.matchAll(VARIABLE)];
    return found.map(([written, variable = ""]) => ({ variable, path, written }));
  }
  if (Array.isArray(value)) return value.flatMap((item, at) => variablesIn(item, [...path, at]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => variablesIn(field, [...path, key]));
}

/** What a preset defines itself: default values, and what its tools extract from the conversation. */
function ownVariables(value: unknown, key?: string): Set<string> {
  if (key === "name" && typeof value === "string") return new Set([value]);
  if (typeof value !== "object" || value === null) return new Set();
  const defaults = key === "default_dynamic_variables" ? Object.keys(value) : [];
  const inner = Object.entries(value).flatMap(([name, field]) => [...ownVariables(field, name)]);
  return new Set([...defaults, ...inner]);
}

/** Presets and variables that belong to each other. */
interface Gives {
  readonly presets: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** Adds what the routes of a plan give to the calls that they use a preset for. */
function addGiven(plan: ScopedPlan, wanted: ReadonlySet<string>, given: Map<string, Set<string>>): void {
  const { defaults, contacts } = plan;
  const people = {
    presets: contacts.contacts.assignments.flatMap(({ agent, presets }) => [
      ...presets,
      ...(agent?.presets ?? []),
    ]),
    variables: contacts.variables,
  };
  const base = givenBy([defaults]);
  const common = {
    presets: new Set([...base.presets, ...people.presets]),
    variables: new Set([...base.variables, ...people.variables]),
  };
  const rulesets = new Map([...plan.rulesets].map(([name, rules]) => [name, givenBy(rules)]));
  for (const { route, rulesets: names } of routesIn(plan)) {
    const shared = names.flatMap((name) => rulesets.get(name) ?? []);
    const all: readonly Gives[] = [common, givenBy([route, ...route.rules]), ...shared];
    for (const name of wanted) {
      if (!all.some(({ presets }) => presets.has(name))) continue;
      const known = given.get(name) ?? new Set();
      given.set(name, known);
      for (const { variables } of all) for (const variable of variables) known.add(variable);
    }
  }
}

function givenBy(places: readonly (Additions | RoutePlan | RulePlan)[]): Gives {
  const presets = new Set<string>();
  const variables = new Set<string>();
  for (const place of places) {
    for (const name of place.presets) presets.add(name);
    for (const name of Object.keys(place.variables)) variables.add(name);
    const agents = "target" in place ? agentPresets(place.target) : [];
    for (const name of agents) presets.add(name);
  }
  return { presets, variables };
}

function agentPresets(target: Target | undefined): readonly string[] {
  switch (target?.kind) {
    case "agent":
      return target.agent.presets;
    case "split":
      return target.shares.flatMap(({ agent }) => agent.presets);
    case "pass":
    case "reject":
    case undefined:
      return [];
  }
}
