/** What a configuration uses of its accounts: agents, with where each is named, and presets. */
import type { Findings, Path } from "../../../config/findings/findings.ts";
import type { JudgedScope } from "../../../config/judge/judged-scope.ts";
import type { Agent, NumberPlan, Target } from "../../../routing/plan.ts";
import { type PlacedRoute, type PlacedRule, rulesetsIn } from "../../../routing/walk.ts";

/** A place in one of the files. */
export interface Spot {
  readonly findings: Findings;
  readonly path: Path;
}

/** An agent that may take calls or texts at a place, and the presets that may come with it there. */
export interface AgentUse {
  /** The client whose account it is; empty for that of the main file. */
  readonly account: string;
  readonly agent: Agent;
  /** Undefined where it is not known what it is for. */
  readonly channel: "call" | "text" | undefined;
  /** Where it is named. */
  readonly at: Spot;
  /** Its entry in `[agents]`; undefined where its id stands at the place itself. */
  readonly entry: (Spot & { readonly isTable: boolean }) | undefined;
  readonly presets: readonly PresetUse[];
}

/** A preset that applies. */
export interface PresetUse {
  readonly name: string;
  readonly preset: Readonly<Record<string, unknown>>;
  readonly spot: Spot;
}

/** A route that may pass calls or texts on to whoever is bound in Retell, and the presets that may come with that. */
export interface BoundUse {
  readonly account: string;
  readonly plan: NumberPlan;
  readonly channel: "call" | "text";
  readonly presets: readonly PresetUse[];
}

/** What a configuration uses. */
export interface Uses {
  readonly agents: readonly AgentUse[];
  readonly bound: readonly BoundUse[];
  readonly presets: readonly (PresetUse & { readonly account: string })[];
}

/** Every use of an agent, in the order of the configuration; agents and presets that nothing uses are there once too. */
export function usesIn(scopes: readonly JudgedScope[]): Uses {
  const [main] = scopes;
  if (!main) return { agents: [], bound: [], presets: [] };
  const walks = scopes.map((scope) => new ScopeWalk(scope, main));
  return {
    agents: walks.flatMap((walk) => walk.agents()),
    bound: walks.flatMap((walk) => walk.bound),
    presets: walks.flatMap((walk) => walk.presets()),
  };
}

/** The uses in one file. */
class ScopeWalk {
  readonly #scope: JudgedScope;
  readonly #main: JudgedScope;
  readonly #account: string;
  readonly #used = new Map<string, PresetUse>();
  /** Those that contacts name: they come with whoever takes the call of a contact. */
  readonly #contactPresets: readonly string[];
  /** Complete once {@link agents} was asked for. */
  readonly bound: BoundUse[] = [];

  constructor(scope: JudgedScope, main: JudgedScope) {
    this.#scope = scope;
    this.#main = main;
    this.#account = accountOf(scope);
    this.#contactPresets = [
      ...new Set(scope.plan.contacts.contacts.assignments.flatMap(({ presets }) => presets)),
    ];
  }

  agents(): AgentUse[] {
    const { routes, plan } = this.#scope;
    const rulesets = rulesetsIn(plan);
    const uses: AgentUse[] = [];
    for (const placed of routes) {
      const shared = placed.rulesets.flatMap((name) => rulesets.get(name)?.rules ?? []);
      uses.push(...this.#usesOf(placed, [...placed.rules, ...shared]));
    }
    uses.push(...this.#contacts(), ...this.#unused());
    return uses;
  }

  /** Those that apply somewhere, and the file's own that apply nowhere. */
  presets(): (PresetUse & { readonly account: string })[] {
    for (const name of this.#scope.own.presets.keys()) this.#preset(name);
    return [...this.#used.values()].map((use) => ({ ...use, account: this.#account }));
  }

  #usesOf(placed: PlacedRoute, rules: readonly PlacedRule[]): AgentUse[] {
    const { path, route } = placed;
    const { defaults } = this.#scope.plan;
    const under = [...defaults.presets, ...route.presets, ...this.#contactPresets];
    const kept = rules.filter(({ rule }) => !rule.target).flatMap(({ rule }) => rule.presets);
    const continuing = rules.filter(({ rule }) => rule.continues).flatMap(({ rule }) => rule.presets);
    return [
      ...this.#targets(route.target, path, placed, [...under, ...kept, ...continuing]),
      ...rules.flatMap(({ path: at, rule }) =>
        this.#targets(rule.target, at, placed, [...under, ...continuing, ...rule.presets]),
      ),
    ];
  }

  #targets(
    target: Target | undefined,
    path: Path,
    { channel, number }: PlacedRoute,
    presets: readonly string[],
  ): AgentUse[] {
    switch (target?.kind) {
      case "agent":
        return [this.#use(target.agent, [...path, "agent"], channel, presets)];
      case "split":
        return target.shares.map(({ agent, name }) =>
          this.#use(agent, [...path, "split", name], channel, presets),
        );
      case "pass":
        this.bound.push({ account: this.#account, plan: number, channel, presets: this.#presets(presets) });
        return [];
      case "reject":
      case undefined:
        this.#presets(presets);
        return [];
    }
  }

  #use(agent: Agent, path: Path, channel: AgentUse["channel"], presets: readonly string[]): AgentUse {
    return {
      ...{ account: this.#account, agent, channel, at: { findings: this.#scope.findings, path } },
      entry: this.#entryOf(agent),
      presets: this.#presets([...presets, ...agent.presets]),
    };
  }

  /** Agents that contacts name: they take calls only. */
  #contacts(): AgentUse[] {
    const contacts = this.#scope.own.contacts?.contacts.assignments ?? [];
    const byAgent = Map.groupBy(contacts, ({ agent }) => agent && keyOf(agent));
    return [...byAgent.values()].flatMap(([first, ...others]) => {
      if (!first?.agent) return [];
      const presets = [first, ...others].flatMap((contact) => contact.presets);
      return [this.#use(first.agent, ["contacts"], "call", presets)];
    });
  }

  /** The entries of `[agents]` of this file, which may be used nowhere. */
  #unused(): AgentUse[] {
    const { source } = this.#scope;
    return Object.entries(source.document.agents).flatMap(([name, entry]) => {
      if (entry === undefined) return [];
      const { id, version } = typeof entry === "string" ? { id: entry, version: undefined } : entry;
      if (id === undefined) return [];
      return [this.#use({ name, id, version, presets: [] }, ["agents", name], undefined, [])];
    });
  }

  #entryOf({ name }: Agent): AgentUse["entry"] {
    if (name === undefined) return undefined;
    const scope = Object.hasOwn(this.#scope.source.document.agents, name) ? this.#scope : this.#main;
    const { findings, document } = scope.source;
    return { findings, path: ["agents", name], isTable: typeof document.agents[name] === "object" };
  }

  #presets(names: readonly string[]): PresetUse[] {
    return [...new Set(names)].flatMap((name) => this.#preset(name) ?? []);
  }

  #preset(name: string): PresetUse | undefined {
    const known = this.#used.get(name);
    const preset = this.#scope.plan.presets.get(name);
    if (known || !preset) return known;
    const scope = this.#scope.own.presets.has(name) ? this.#scope : this.#main;
    const use = { name, preset, spot: { findings: scope.source.findings, path: ["presets", name] } };
    this.#used.set(name, use);
    return use;
  }
}

/** The client whose account a file's numbers are in; empty for that of the main file. */
export function accountOf({ own }: Pick<JudgedScope, "own">): string {
  return own.hasAccount ? own.client : "";
}

/** Tells agents apart: the same agent at two versions is two. */
export function keyOf({ id, version }: Pick<Agent, "id" | "version">): string {
  return JSON.stringify([id, version]);
}
