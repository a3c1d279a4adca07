/** What of a configuration with errors can be judged all the same: no finding may be the consequence of another. */

import { contactCount } from "../../routing/callers/contact-book.ts";
import type { Name } from "../../routing/names/name.ts";
import type { Callers, ConditionPlan, NumberPlan, RulePlan, Target } from "../../routing/plan.ts";
import type { ScopedPlan } from "../../routing/table/scopes.ts";
import { routesIn } from "../../routing/walk.ts";
import type { Path } from "../findings/findings.ts";

/** Where errors were found in one file. */
export class ErrorPlaces {
  readonly #errors = new Set<string>();
  /** Every place that an error stands in. */
  readonly #around = new Set<string>();

  constructor(errors: Iterable<Path>) {
    for (const path of errors) {
      this.#errors.add(JSON.stringify(path));
      for (let depth = 0; depth <= path.length; depth++)
        this.#around.add(JSON.stringify(path.slice(0, depth)));
    }
  }

  get isEmpty(): boolean {
    return this.#errors.size === 0;
  }

  /** Whether there is no error at a place, in it, or around it. */
  isSound(path: Path): boolean {
    if (this.isEmpty) return true;
    if (this.#around.has(JSON.stringify(path))) return false;
    return path.every((_, depth) => !this.#errors.has(JSON.stringify(path.slice(0, depth))));
  }

  /** Whether every entry of `[numbers]` is known for what it is. */
  areKeysSound(): boolean {
    return [...this.#errors].every((error) => {
      const path: Path = JSON.parse(error);
      return path[0] !== "numbers" || path.length > 2;
    });
  }
}

const NO_ERRORS = new ErrorPlaces([]);

/** Tells what can be relied on in one file, and in what it takes from the main file. */
export class Soundness {
  /** Whether there is no error in any file. */
  readonly isPerfect: boolean;
  readonly #isWhole: boolean;
  readonly #own: ErrorPlaces;
  readonly #main: ErrorPlaces;
  readonly #isOwn: (table: string, name: string) => boolean;
  /** By the name of a ruleset, whether it is sound: many numbers ask. */
  readonly #rulesets = new Map<string, boolean>();

  /**
   * @param own where errors were found in the file
   * @param main where in the main file
   * @param isOwn whether a name in a table is that of the file's own thing
   * @param isWhole whether every file could be read
   */
  constructor(
    own: ErrorPlaces = NO_ERRORS,
    main: ErrorPlaces = NO_ERRORS,
    isOwn: (table: string, name: string) => boolean,
    isWhole: boolean,
    isPerfect: boolean,
  ) {
    this.isPerfect = isPerfect;
    this.#isWhole = isWhole;
    this.#own = own;
    this.#main = main;
    this.#isOwn = isOwn;
  }

  /** Whether there is no error at a place of the file, in it, or around it. */
  isSound(...path: Path): boolean {
    return this.#own.isSound(path);
  }

  /** The same for what a name in a table means: a thing of the file, or one of the main file. */
  isNamed(table: string, name: string): boolean {
    return (this.#isOwn(table, name) ? this.#own : this.#main).isSound([table, name]);
  }

  /**
   * Whether it can be told which entry of `[numbers]` a call goes to, and what `[defaults]` and contacts add there: a
   * key that cannot be read might be that of any number.
   */
  areCallsSound(plan: ScopedPlan): boolean {
    if (this.isPerfect) return true;
    const files = [this.#own, this.#main];
    const common = ["country", "defaults", "contacts"];
    if (!this.#isWhole || !files.every((file) => common.every((table) => file.isSound([table]))))
      return false;
    if (!files.every((file) => file.areKeysSound())) return false;
    const { defaults, contacts } = plan;
    const knowsContacts =
      contactCount(contacts.contacts) === 0 ||
      files.every((file) => file.isSound(["agents"]) && file.isSound(["presets"]));
    return knowsContacts && this.#areNamed(plan, [defaults.allow, defaults.deny], defaults.presets);
  }

  /** Whether an entry of `[numbers]` is as it was meant, with everything that it names. */
  isEntrySound(plan: ScopedPlan, number: NumberPlan): boolean {
    if (this.isPerfect) return true;
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
  isRulesetSound(plan: ScopedPlan, name: string): boolean {
    if (this.isPerfect) return true;
    const known = this.#rulesets.get(name);
    if (known !== undefined) return known;
    const rules = plan.rulesets.get(name) ?? [];
    const isSound = this.isNamed("rulesets", name) && rules.every((rule) => this.#isRule(plan, rule));
    this.#rulesets.set(name, isSound);
    return isSound;
  }

  #isRule(plan: ScopedPlan, { presets, target, when }: RulePlan): boolean {
    return (
      this.#areNamed(plan, [], presets) &&
      this.#isTarget(plan, target) &&
      when.every((condition) => this.#isCondition(plan, condition))
    );
  }

  #isCondition(plan: ScopedPlan, condition: ConditionPlan): boolean {
    switch (condition.kind) {
      case "caller":
      case "dialled":
      case "forwarded":
        return this.#areNamed(plan, [condition.callers], []);
      case "value":
        return this.#isName(condition.name);
      case "lookup":
        return this.isNamed("lookups", condition.lookup);
      case "not":
        return condition.conditions.every((inner) => this.#isCondition(plan, inner));
      case "open":
      case "closed":
        return condition.schedules.every((name) => this.isNamed("schedules", name));
      case "over":
        return condition.limits.every((name) => this.isNamed("limits", name));
      case "contact":
      case "exists":
        return true;
    }
  }

  #isName(name: Name): boolean {
    if (name.kind === "schedule") return this.isNamed("schedules", name.schedule);
    return name.kind !== "lookup" || this.isNamed("lookups", name.lookup);
  }

  #isTarget(plan: ScopedPlan, target: Target | undefined): boolean {
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
    plan: ScopedPlan,
    { name, presets }: { name: string | undefined; presets: readonly string[] },
  ): boolean {
    return (name === undefined || this.isNamed("agents", name)) && this.#areNamed(plan, [], presets);
  }

  /** Whether the lists that sets of callers lead to, and presets, are sound. */
  #areNamed(plan: ScopedPlan, sets: readonly (Callers | undefined)[], presets: readonly string[]): boolean {
    const seen = new Set<string>();
    const names = sets.flatMap((set) => set?.lists ?? []);
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (!this.isNamed("lists", name)) return false;
      names.push(...(plan.lists.get(name)?.lists ?? []));
    }
    return presets.every((name) => this.isNamed("presets", name));
  }
}
