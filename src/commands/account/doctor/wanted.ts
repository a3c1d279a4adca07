/** What must be asked of an account to judge what a configuration uses of it: nothing that it does not use. */
import type { AccountNumber } from "../../../account/account.ts";
import type { BoundAgentUse } from "./checks/bound.ts";
import type { Wanted } from "./reading.ts";
import { type AgentUse, keyOf, type PresetUse } from "./uses.ts";

/** The groups of a preset that are for one kind of response engine, with the engine that each is for. */
export const ENGINE_GROUPS = { retell_llm: "retell-llm", conversation_flow: "conversation-flow" } as const;

/** The group of a preset that is for one kind of engine; undefined where it has none, or one for each. */
export function engineGroup({ preset }: Pick<PresetUse, "preset">): keyof typeof ENGINE_GROUPS | undefined {
  const groups = (["retell_llm", "conversation_flow"] as const).filter((group) =>
    Object.hasOwn(preset, group),
  );
  return groups.length === 1 ? groups[0] : undefined;
}

/** What is wanted of one account. */
export function wantedOf(
  agents: readonly AgentUse[],
  presets: readonly PresetUse[],
  bound: (numbers: readonly AccountNumber[]) => readonly BoundAgentUse[],
): Wanted {
  const enginesOf = (uses: readonly Pick<BoundAgentUse, "agent" | "presets">[]) =>
    uses.filter((use) => use.presets.some(engineGroup)).map(({ agent }) => [keyOf(agent), agent] as const);
  const named = enginesOf(agents);
  return {
    voices: presets.some((use) => voicesIn(use).length > 0),
    knowledgeBases: presets.some((use) => knowledgeBasesIn(use).length > 0),
    versions: new Set(agents.flatMap(({ agent: { id, version } }) => (needsVersions(version) ? [id] : []))),
    engines: (numbers) => new Map([...named, ...enginesOf(bound(numbers))]),
  };
}

/** `latest` is always there. */
function needsVersions(version: number | string | undefined): boolean {
  return version !== undefined && version !== "latest";
}

/** An id that a preset names, and where in the preset. */
export interface NamedId {
  readonly id: string;
  readonly path: readonly (string | number)[];
}

/** The voices that a preset names. */
export function voicesIn({ preset }: Pick<PresetUse, "preset">): NamedId[] {
  const ids = idsAt(preset, ["agent", "voice_id"]);
  return [...ids, ...idsAt(preset, ["agent", "fallback_voice_ids"])];
}

/** The knowledge bases that a preset names. */
export function knowledgeBasesIn({ preset }: Pick<PresetUse, "preset">): NamedId[] {
  return Object.keys(ENGINE_GROUPS).flatMap((group) => idsAt(preset, [group, "knowledge_base_ids"]));
}

/** The ids at a place, one or a list; those with templates differ from call to call. */
function idsAt(preset: PresetUse["preset"], path: readonly [string, string]): NamedId[] {
  const [group, field] = path;
  const settings = preset[group];
  const value = isTable(settings) ? settings[field] : undefined;
  const named = Array.isArray(value)
    ? value.map((id: unknown, at) => ({ id, path: [...path, at] }))
    : [{ id: value, path }];
  return named.flatMap(({ id, path: at }) =>
    typeof id === "string" && !id.includes("${") ? [{ id, path: at }] : [],
  );
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
