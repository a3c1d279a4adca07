/** Compiles presets into the overrides that calls are given. */
import { type JsonTable, mergeDeep } from "../merge.ts";
import type { NameContext } from "../names/value.ts";
import type { Additions, Agent, RoutingPlan, Target } from "../plan.ts";
import { compileFill, type Fill } from "../templates/fill.ts";
import { named } from "./named.ts";
import type { Scope } from "./table.ts";

/** Makes sure that every preset that places name is there. @throws for one that is not */
export type PresetCheck = (...places: readonly (Pick<Additions, "presets"> | undefined)[]) => void;

/**
 * Presets are merged when a call first needs them, which is too late to find a fault in them.
 *
 * @param checksTexts whether nobody has looked at their templates yet
 * @throws for a template that the configuration should have refused
 */
export function presetCheck(
  presets: RoutingPlan["presets"],
  checksTexts: boolean,
  context: NameContext,
): PresetCheck {
  if (checksTexts) for (const preset of presets.values()) compileFill(preset, context);
  return (...places) => {
    for (const place of places) {
      for (const name of place?.presets ?? []) named(presets, name);
    }
  };
}

/** Every agent that may take a call. */
export function agentsOf(target: Target | undefined): Agent[] {
  if (target?.kind === "split") return target.shares.map(({ agent }) => agent);
  return target?.kind === "agent" ? [target.agent] : [];
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
