/** What of a configuration with errors can be judged all the same: no finding may be the consequence of another. */
import type {
  Callers,
  ConditionPlan,
  NumberPlan,
  RoutingPlan,
  RulePlan,
  Target,
} from "../../routing/plan.ts";
import { routesIn } from "../../routing/walk.ts";
import type { Path } from "../findings/findings.ts";

/** Tells what can be relied on. */
export class Soundness {
  readonly #isWhole: boolean;
  readonly #errors = new Set<string>();
  /** Every place that an error stands in. */
  readonly #around = new Set<string>();
  /** By the name of a ruleset, whether it is sound: many numbers ask. */
  readonly #rulesets = new Map<string, boolean>();

  /**
   * @param errors where errors were found
   * @param isWhole whether every file could be read, and none says what another says too
   */
  constructor(errors: Iterable<Path>, isWhole: boolean) {
    this.#isWhole = isWhole;
    for (const path of errors) {
      this.#errors.add(JSON.stringify(path));
      for (let depth = 0; depth <= path.length; depth++)
        this.#around.add(JSON.stringify(path.slice(0, depth)));
    }
  }

  /** Whether there is no error at all. */
  get isPerfect(): boolean {
    return this.#isWhole && this.#errors.size === 0;
  }

  /** Whether there is no error at a place, in it, or around it. */
  isSound(...path: Path): boolean {
    if (this.#errors.size === 0) return true;
    if (this.#around.has(JSON.stringify(path))) return false;
    return path.every((_, depth) => !this.#errors.has(JSON.stringify(path.slice(0, depth))));
  }

  /**
   * Whether it can be told which entry of `[numbers]` a call goes to, and what `[defaults]` and contacts add there: a
   * key that cannot be read might be that of any number.
   */
  areCallsSound(plan: RoutingPlan): boolean {
    if (this.isPerfect) return true;
    if (
      !this.#isWhole ||
      !this.isSound("country") ||
      !this.isSound("defaults") ||
      !this.isSound("contacts")
    ) {
      return false;
    }
    const areKeysSound = [...this.#errors].every((error) => {
      const path: Path = JSON.parse(error);
      return path[0] !== "numbers" || path.length > 2;
    });
    if (!areKeysSound) return false;
    const { defaults, contacts } = plan;
    const knowsContacts =
      contacts.contacts.length === 0 || (this.isSound("agents") && this.isSound("presets"));
    return knowsContacts && this.#areNamed(plan, [defaults.allow, defaults.deny], defaults.presets);
  }

  /** Whether an entry of `[numbers]` is as it was meant, with everything that it names. */
  isEntrySound(plan: RoutingPlan, number: NumberPlan): boolean {
    if (this.#errors.size === 0) return true;
    if (!this.isSound("numbers", number.entry)) return false;
    return routesIn({ ...plan, numbers: [number] }).every(
      ({ route, rules, rulesets }) =>
        this.#areNamed(plan, [route.allow, route.deny], route.presets) &&
        this.#isTarget(plan, route.target) &&
        rules.every(({ rule }) => this.#isRule(plan, rule)) &&
        rulesets.every((name) => this.isRulesetSound(plan, name)),
    );
  }

  /** Whether a ruleset is as it was meant, with everything that its rules name. */
  isRulesetSound(plan: RoutingPlan, name: string): boolean {
    if (this.#errors.size === 0) return true;
    const known = this.#rulesets.get(name);
    if (known !== undefined) return known;
    const rules = plan.rulesets.get(name) ?? [];
    const isSound = this.isSound("rulesets", name) && rules.every((rule) => this.#isRule(plan, rule));
    this.#rulesets.set(name, isSound);
    return isSound;
  }

  #isRule(plan: RoutingPlan, { presets, target, when }: RulePlan): boolean {
    return (
      this.#areNamed(plan, [], presets) &&
      this.#isTarget(plan, target) &&
      when.every((condition) => this.#isCondition(plan, condition))
    );
  }

  #isCondition(plan: RoutingPlan, condition: ConditionPlan): boolean {
    switch (condition.kind) {
      case "caller":
      case "dialled":
      case "forwarded":
        return this.#areNamed(plan, [condition.callers], []);
      case "value":
        return condition.name.kind !== "schedule" || this.isSound("schedules", condition.name.schedule);
      case "not":
        return condition.conditions.every((inner) => this.#isCondition(plan, inner));
      case "open":
      case "closed":
        return condition.schedules.every((name) => this.isSound("schedules", name));
      case "over":
        return condition.limits.every((name) => this.isSound("limits", name));
      case "contact":
      case "exists":
        return true;
    }
  }

  #isTarget(plan: RoutingPlan, target: Target | undefined): boolean {
    switch (target?.kind) {
      case "agent":
        return this.#isAgent(plan, target.agent);
      case "split":
        return target.shares.every(({ agent }) => this.#isAgent(plan, agent));
      case "pass":
      case "reject":
      case undefined:
        return true;
    }
  }

  #isAgent(
    plan: RoutingPlan,
    { name, presets }: { name: string | undefined; presets: readonly string[] },
  ): boolean {
    return (name === undefined || this.isSound("agents", name)) && this.#areNamed(plan, [], presets);
  }

  /** Whether the lists that sets of callers lead to, and presets, are sound. */
  #areNamed(plan: RoutingPlan, sets: readonly (Callers | undefined)[], presets: readonly string[]): boolean {
    const seen = new Set<string>();
    const names = sets.flatMap((set) => set?.lists ?? []);
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (!this.isSound("lists", name)) return false;
      names.push(...(plan.lists.get(name)?.lists ?? []));
    }
    return presets.every((name) => this.isSound("presets", name));
  }
}
