/** Presets that name what the account lacks, or that do not fit the agents they come with. */
import type { EngineType } from "../../../../account/account.ts";
import { didYouMean, quote } from "../../../../config/findings/findings.ts";
import type { AccountRead } from "../reading.ts";
import { type AgentUse, keyOf, type PresetUse } from "../uses.ts";
import { ENGINE_GROUPS, engineGroup, knowledgeBasesIn, type NamedId, voicesIn } from "../wanted.ts";
import { accountWords, Told } from "../words.ts";
import type { BoundAgentUse } from "./bound.ts";

/** Reports voices and knowledge bases that are not there. */
export function judgePresets(
  presets: readonly (PresetUse & { readonly account: string })[],
  reads: ReadonlyMap<string, AccountRead>,
): void {
  const told = new Told();
  for (const { account, ...use } of presets) {
    const read = reads.get(account);
    if (!read) continue;
    reportMissing("voice", voicesIn(use), read.voices, use, read, told);
    reportMissing("knowledge base", knowledgeBasesIn(use), read.knowledgeBases, use, read, told);
  }
}

function reportMissing(
  kind: "voice" | "knowledge base",
  named: readonly NamedId[],
  known: ReadonlySet<string> | undefined,
  { spot: { findings, path } }: PresetUse,
  { client }: AccountRead,
  told: Told,
): void {
  if (!known) return;
  for (const { id, path: inPreset } of named) {
    const place = [...path, ...inPreset];
    if (known.has(id) || !told.isNew(findings, place, client)) continue;
    const message = `${accountWords(client)} has no ${kind} ${findings.quote(id)}`;
    findings.error(place, message, { hint: didYouMean(id, known) });
  }
}

const ENGINE_WORDS: Readonly<Record<string, string>> = {
  "retell-llm": "a Retell LLM",
  "conversation-flow": "a conversation flow",
  "custom-llm": "a custom LLM",
};

/** Warns of presets with a group that does not fit the engine of an agent they come with. */
export function judgeEngines(uses: readonly AgentUse[], reads: ReadonlyMap<string, AccountRead>): void {
  const told = new Told();
  for (const { account, agent, presets } of uses) {
    const engine = reads.get(account)?.engines.get(keyOf(agent));
    for (const { spot, group, runs } of misfits(presets, engine)) {
      if (!told.isNew(spot.findings, spot.path, keyOf(agent))) continue;
      const whose = `the agent ${spot.findings.quote(agent.name ?? agent.id)}`;
      const message = `\`${group}\` does not apply to ${whose}, which runs ${runs}`;
      spot.findings.warning([...spot.path, group], message, { at: "key" });
    }
  }
}

/** The same of agents that are bound in Retell. */
export function judgeBoundEngines(
  uses: readonly BoundAgentUse[],
  reads: ReadonlyMap<string, AccountRead>,
): void {
  const told = new Told();
  for (const { account, agent, presets, number } of uses) {
    const read = reads.get(account);
    const engine = read?.engines.get(keyOf(agent));
    for (const { spot, group, runs } of misfits(presets, engine)) {
      if (!told.isNew(spot.findings, spot.path, keyOf(agent))) continue;
      const name = read?.agents?.get(agent.id)?.name ?? agent.id;
      const whose = `the agent ${spot.findings.quote(name)}, which is bound to ${number} and runs ${runs}`;
      const message = `\`${group}\` does not apply to ${whose}`;
      spot.findings.warning([...spot.path, group], message, { at: "key" });
    }
  }
}

/** The presets with a group for another engine, and what runs, in words. */
function misfits(presets: readonly PresetUse[], engine: EngineType | undefined) {
  if (engine === undefined) return [];
  const runs = ENGINE_WORDS[engine] ?? `an engine of the kind ${quote(engine)}`;
  return presets.flatMap((use) => {
    const group = engineGroup(use);
    return group && ENGINE_GROUPS[group] !== engine ? [{ spot: use.spot, group, runs }] : [];
  });
}
