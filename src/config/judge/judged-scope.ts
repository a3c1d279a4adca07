/** One file of a configuration as it is judged: with everything that its numbers can name. */
import type { RoutingPlan, ScopePlan } from "../../routing/plan.ts";
import { type ScopedPlan, viewsOf } from "../../routing/table/scopes.ts";
import { type PlacedRoute, routesIn } from "../../routing/walk.ts";
import { Findings, type Path } from "../findings/findings.ts";
import type { ScopeSource } from "../read/scope.ts";
import { SharedReading } from "../read/shared-reading.ts";
import { type ErrorPlaces, Soundness } from "./soundness.ts";

/** A file, with what its numbers can name. */
export interface FileScope {
  readonly source: ScopeSource;
  /** What the file itself gives names to. */
  readonly own: ScopePlan;
  readonly plan: ScopedPlan;
  /** Those of its numbers. */
  readonly routes: readonly PlacedRoute[];
  /** Takes what is wrong; at the rulesets of the main file it is gathered for all who use them. */
  readonly findings: Findings;
}

/** A file that can be judged, since it is known what in it has errors. */
export interface JudgedScope extends FileScope {
  readonly soundness: Soundness;
}

/** Every file of a configuration, the main one first; what is gathered is reported when that is asked for. */
export function fileScopes(
  plan: RoutingPlan,
  sources: readonly ScopeSource[],
): { readonly scopes: readonly FileScope[]; readonly reportShared: () => void } {
  const views = viewsOf(plan);
  const numbers = Map.groupBy(plan.numbers, ({ client }) => client);
  const owners = new Map([plan, ...plan.clients].map((scope: ScopePlan) => [scope.client, scope]));
  const [main] = sources;
  const shared = main && new SharedRulesets(main);
  const scopes = sources.flatMap((source): FileScope[] => {
    const { client } = source;
    const [view, own] = [views.get(client), owners.get(client)];
    if (!view || !own || !shared) return [];
    const scoped = { ...view, numbers: numbers.get(client) ?? [] };
    const routes = routesIn(scoped);
    const elsewhere = shared.findingsOf(source, scoped, routes);
    return [{ source, own, plan: scoped, routes, findings: new RoutedFindings(source.findings, elsewhere) }];
  });
  return { scopes, reportShared: () => shared?.report() };
}

/** The same files, with what their errors leave to be judged. @param isWhole whether every file could be read */
export function judgedScopes(
  scopes: readonly FileScope[],
  errors: ReadonlyMap<string, ErrorPlaces>,
  isWhole: boolean,
): readonly JudgedScope[] {
  const isPerfect = isWhole && [...errors.values()].every(({ isEmpty }) => isEmpty);
  const ofMain = scopes[0] && errors.get(scopes[0].source.client);
  return scopes.map((scope) => {
    const { client, document } = scope.source;
    const isOwn = (table: string, name: string) =>
      scope === scopes[0] || Object.hasOwn((document as Tables)[table] ?? {}, name);
    return {
      ...scope,
      soundness: new Soundness(errors.get(client), ofMain, isOwn, isWhole, isPerfect),
    };
  });
}

type Tables = Readonly<Record<string, object | undefined>>;

/** What is wrong at the rulesets of the main file, gathered for all files whose numbers use them. */
class SharedRulesets {
  readonly #main: ScopeSource;
  readonly #byName = new Map<string, SharedReading>();
  /** What is wrong for the main file itself, with rulesets that its numbers do not use. */
  readonly #unused = new Map<string, Findings>();

  constructor(main: ScopeSource) {
    this.#main = main;
  }

  /** Takes what is wrong with a ruleset for one file; undefined where it is the file's own, and not shared. */
  findingsOf(
    { client, document }: ScopeSource,
    plan: ScopedPlan,
    routes: readonly PlacedRoute[],
  ): (path: Path) => Findings | undefined {
    const isMain = client === this.#main.client;
    const used = new Set<string>();
    for (const { rulesets } of routes) for (const name of rulesets) used.add(name);
    const byName = new Map<string, Findings>();
    for (const name of plan.rulesets.keys()) {
      if (!isMain && Object.hasOwn(document.rulesets, name)) continue;
      if (isMain && !used.has(name)) {
        const findings = new Findings(this.#main.findings);
        this.#unused.set(name, findings);
        byName.set(name, findings);
      } else {
        const reading = this.#byName.get(name) ?? new SharedReading(this.#main, "place");
        this.#byName.set(name, reading);
        byName.set(name, reading.findingsFor(client));
      }
    }
    return ([table, name]) => (table === "rulesets" ? byName.get(String(name)) : undefined);
  }

  report(): void {
    for (const reading of this.#byName.values()) reading.report();
    for (const [name, { inDocument }] of this.#unused) {
      if (!this.#byName.has(name)) this.#main.findings.inDocument.push(...inDocument.splice(0));
    }
  }
}

/** Findings of which some go elsewhere. */
class RoutedFindings extends Findings {
  readonly #own: Findings;
  readonly #elsewhere: (path: Path) => Findings | undefined;

  constructor(own: Findings, elsewhere: (path: Path) => Findings | undefined) {
    super(own);
    this.#own = own;
    this.#elsewhere = elsewhere;
  }

  override error(...[path, ...rest]: Parameters<Findings["error"]>): void {
    (this.#elsewhere(path) ?? this.#own).error(path, ...rest);
  }

  override warning(...[path, ...rest]: Parameters<Findings["warning"]>): void {
    (this.#elsewhere(path) ?? this.#own).warning(path, ...rest);
  }
}
