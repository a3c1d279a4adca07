/** What a configuration uses of its accounts: agents, with where each is named, and presets. */
import type { Findings, Path } from "../../../config/findings/findings.ts";
import type { JudgedScope } from "../../../config/judge/judged-scope.ts";
import type { Agent, Target } from "../../../routing/plan.ts";
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

/** Every use of an agent, in the order of the configuration; agents and presets that nothing uses are there once too. */
export function usesIn(scopes: readonly JudgedScope[]): {
  readonly agents: readonly AgentUse[];
  readonly presets: readonly (PresetUse & { readonly account: string })[];
} {
  const [main] = scopes;
  if (!main) return { agents: [], presets: [] };
  const agents: AgentUse[] = [];
  const presets: (PresetUse & { readonly account: string })[] = [];
  for (const scope of scopes) {
    const walk = new ScopeWalk(scope, main);
    agents.push(...walk.agents());
    presets.push(...walk.presets());
  }
  return { agents, presets };
}

/** The uses in one file. */
class ScopeWalk {
  readonly #scope: JudgedScope;
  readonly #main: JudgedScope;
  readonly #account: string;
  readonly #used = new Map<string, PresetUse>();

  constructor(scope: JudgedScope, main: JudgedScope) {
    this.#scope = scope;
    this.#main = main;
    this.#account = accountOf(scope);
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

  #usesOf({ path, channel, route }: PlacedRoute, rules: readonly PlacedRule[]): AgentUse[] {
    const { defaults } = this.#scope.plan;
    const under = [...defaults.presets, ...route.presets];
    const kept = rules.filter(({ rule }) => !rule.target).flatMap(({ rule }) => rule.presets);
    const continuing = rules.filter(({ rule }) => rule.continues).flatMap(({ rule }) => rule.presets);
    return [
      ...this.#targets(route.target, path, channel, [...under, ...kept, ...continuing]),
      ...rules.flatMap(({ path: at, rule }) =>
        this.#targets(rule.target, at, channel, [...under, ...continuing, ...rule.presets]),
      ),
    ];
  }

  #targets(
    target: Target | undefined,
    path: Path,
    channel: PlacedRoute["channel"],
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
      case "reject":
      case undefined:
        for (const name of presets) this.#preset(name);
        return [];
    }
  }

  #use(agent: Agent, path: Path, channel: AgentUse["channel"], presets: readonly string[]): AgentUse {
    const names = new Set([...presets, ...agent.presets]);
    return {
      ...{ account: this.#account, agent, channel, at: { findings: this.#scope.findings, path } },
      entry: this.#entryOf(agent),
      presets: [...names].flatMap((name) => this.#preset(name) ?? []),
    };
  }

  /** Agents that contacts name: they take calls only. */
  #contacts(): AgentUse[] {
    const contacts = this.#scope.own.contacts?.contacts.assignments ?? [];
    const byAgent = new Map(contacts.flatMap(({ agent }) => (agent ? [[keyOf(agent), agent] as const] : [])));
    return [...byAgent.values()].map((agent) => this.#use(agent, ["contacts"], "call", []));
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
