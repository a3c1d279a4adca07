/** Compiles presets into the overrides that calls are given. */
import { mergeDeep } from "../merge.ts";
import { type Asked, type NameContext, noting } from "../names/value.ts";
import type { Additions, RoutingPlan } from "../plan.ts";
import { compileJsonTable, type JsonTemplate } from "../templates/json.ts";
import { named } from "./named.ts";

/** Makes sure that every preset that places name is there. @throws for one that is not */
export type PresetCheck = (...places: readonly (Pick<Additions, "presets"> | undefined)[]) => void;

/**
 * What each preset asks for, by its name. Presets are merged when a call first needs them, which is too late to know that,
 * and to find a fault in them.
 *
 * @throws for a template that the configuration should have refused
 */
export function presetAsks(
  presets: RoutingPlan["presets"],
  context: NameContext,
): ReadonlyMap<string, Asked> {
  return new Map(
    Array.from(presets, ([name, preset]) => {
      const noted = noting(context);
      compileJsonTable(preset, noted.context);
      return [name, noted.asked()];
    }),
  );
}

/** Makes the check that presets are there. */
export function presetCheck(presets: RoutingPlan["presets"]): PresetCheck {
  return (...places) => {
    for (const place of places) {
      for (const name of place?.presets ?? []) named(presets, name);
    }
  };
}

/** Rules that continue make combinations without end: those beyond so many are merged anew each time. */
const MOST_COMBINATIONS = 10_000;

/** Presets that apply to a call together, weakest first. Each combination of routes, agents, contacts and rules is merged once. */
export class Presets {
  readonly #all: Compiling;
  readonly #names: readonly string[];
  /** These with one more, by its name. */
  #more: Map<string, Presets> | undefined;
  #override: JsonTemplate | undefined;

  private constructor(all: Compiling, names: readonly string[]) {
    this.#all = all;
    this.#names = names;
  }

  /** None of `presets` yet. */
  static of(presets: RoutingPlan["presets"], context: NameContext): Presets {
    return new Presets({ presets, context, combinations: 0 }, []);
  }

  /** The override that they make. */
  get override(): JsonTemplate {
    const { presets, context } = this.#all;
    this.#override ??= compileJsonTable(mergeDeep(this.#names.map((name) => named(presets, name))), context);
    return this.#override;
  }

  /** These, and stronger ones. */
  with(names: readonly string[]): Presets {
    let all: Presets = this;
    for (const name of names) all = all.#withOne(name);
    return all;
  }

  #withOne(name: string): Presets {
    const known = this.#more?.get(name);
    if (known) return known;
    const together = new Presets(this.#all, [...this.#names, name]);
    if (this.#all.combinations < MOST_COMBINATIONS) {
      this.#all.combinations++;
      this.#more ??= new Map();
      this.#more.set(name, together);
    }
    return together;
  }
}

/** What the combinations of one scope have in common. */
interface Compiling {
  readonly presets: RoutingPlan["presets"];
  readonly context: NameContext;
  /** How many are kept. */
  combinations: number;
}
