/** Which look-ups a call can ask for: known from the table, before any of them is asked. */
import type { Arrival } from "../arrival.ts";
import type { Lookup } from "./compile.ts";

const NONE: readonly never[] = [];

/** The look-ups that a call can ask for; none for one that is not let in. */
export function lookupsAsked({ scope, caller, next }: Arrival): readonly Lookup[] {
  const { lookups } = scope;
  if (lookups.size === 0 || "refused" in next) return NONE;
  const { contact } = caller;
  const presets = contact ? [...contact.presets, ...(contact.agent?.presets ?? NONE)] : NONE;
  const ofContact = presets.flatMap((name) => scope.lookupsByPreset.get(name) ?? NONE);
  const names = new Set([...next.route.asks.lookups, ...ofContact]);
  // Rules that clients share may name others.
  return [...names].flatMap((name) => lookups.get(name) ?? NONE);
}
