/** Compiles presets into the overrides that calls are given. */
import { type JsonTable, mergeDeep } from "../merge.ts";
import { type Asked, type NameContext, noting } from "../names/value.ts";
import type { Additions, RoutingPlan } from "../plan.ts";
import { compileFill, type Fill } from "../templates/fill.ts";
import { named } from "./named.ts";
import type { Scope } from "./table.ts";

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
      compileFill(preset, noted.context);
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
const MOST_OVERRIDES = 10_000;

/** Merges presets into overrides, each combination of routes, agents, contacts and rules once. */
export function overrideCompiler(all: RoutingPlan["presets"], context: NameContext): Scope["override"] {
  const known = new Map<string, Fill<JsonTable>>();
  return (presets) => {
    const names = presets.map(({ name }) => name);
    const key = JSON.stringify(names);
    let override = known.get(key);
    if (!override) {
      override = compileFill(mergeDeep(names.map((name) => named(all, name))), context);
      if (known.size < MOST_OVERRIDES) known.set(key, override);
    }
    return override;
  };
}
