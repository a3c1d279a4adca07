/** One file of a configuration as it is judged: with everything that its numbers can name. */
import type { RoutingPlan, ScopePlan } from "../../routing/plan.ts";
import { type ScopedPlan, viewsOf } from "../../routing/scopes.ts";
import { Findings, type Path } from "../findings/findings.ts";
import type { ScopeSource } from "../read/scope.ts";
import { SharedReading } from "../read/shared-reading.ts";
import { type ErrorPlaces, Soundness } from "./soundness.ts";

/** A file, judged. */
export interface JudgedScope {
  readonly source: ScopeSource;
  /** What the file itself gives names to. */
  readonly own: ScopePlan;
  readonly plan: ScopedPlan;
  readonly soundness: Soundness;
  /** Takes what is wrong; at the rulesets of the main file it is gathered for all who use them. */
  readonly findings: Findings;
}

/** Every file of a configuration, the main one first. */
export function judgedScopes(
  plan: RoutingPlan,
  sources: readonly ScopeSource[],
  errors: ReadonlyMap<string, ErrorPlaces>,
  isWhole: boolean,
): { readonly scopes: readonly JudgedScope[]; readonly reportShared: () => void } {
  const views = viewsOf(plan);
  const numbers = Map.groupBy(plan.numbers, ({ client }) => client);
  const [main] = sources;
  const shared = main && new SharedReading(main.findings, "place");
  const isPerfect = isWhole && [...errors.values()].every(({ isEmpty }) => isEmpty);
  const owners = new Map([plan, ...plan.clients].map((scope: ScopePlan) => [scope.client, scope]));
  const scopes = sources.flatMap((source): JudgedScope[] => {
    const { client } = source;
    const [view, own] = [views.get(client), owners.get(client)];
    if (!view || !own || !main || !shared) return [];
    const isOwn = (table: string, name: string) =>
      source === main || Object.hasOwn((source.document as Tables)[table] ?? {}, name);
    const soundness = new Soundness(errors.get(client), errors.get(main.client), isOwn, isWhole, isPerfect);
    const findings =
      source === main
        ? source.findings
        : new RoutedFindings(source.findings, shared.findingsFor(client), ([table, name]) =>
            table === "rulesets" ? !isOwn("rulesets", String(name)) : false,
          );
    return [{ source, own, plan: { ...view, numbers: numbers.get(client) ?? [] }, soundness, findings }];
  });
  return { scopes, reportShared: () => shared?.report() };
}

type Tables = Readonly<Record<string, object | undefined>>;

/** Findings that go to one of two places. */
class RoutedFindings extends Findings {
  readonly #own: Findings;
  readonly #shared: Findings;
  readonly #isShared: (path: Path) => boolean;

  constructor(own: Findings, shared: Findings, isShared: (path: Path) => boolean) {
    super(own);
    this.#own = own;
    this.#shared = shared;
    this.#isShared = isShared;
  }

  override error(...[path, ...rest]: Parameters<Findings["error"]>): void {
    (this.#isShared(path) ? this.#shared : this.#own).error(path, ...rest);
  }

  override warning(...[path, ...rest]: Parameters<Findings["warning"]>): void {
    (this.#isShared(path) ? this.#shared : this.#own).warning(path, ...rest);
  }
}
