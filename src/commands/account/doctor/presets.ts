/** Presets that name what the account lacks, or that do not fit the agents they come with. */
import { didYouMean } from "../../../config/findings/findings.ts";
import type { AccountRead } from "./reading.ts";
import { type AgentUse, keyOf, type PresetUse } from "./uses.ts";
import { ENGINE_GROUPS, engineGroup, knowledgeBasesIn, type NamedId, voicesIn } from "./wanted.ts";
import { accountWords, Told } from "./words.ts";

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
    if (engine === undefined) continue;
    for (const use of presets) {
      const group = engineGroup(use);
      if (!group || ENGINE_GROUPS[group] === engine) continue;
      const { findings, path } = use.spot;
      if (!told.isNew(findings, path, keyOf(agent))) continue;
      const whose = `the agent ${findings.quote(agent.name ?? agent.id)}`;
      const runs = ENGINE_WORDS[engine] ?? `an engine of the kind ${findings.quote(engine)}`;
      const message = `\`${group}\` does not apply to ${whose}, which runs ${runs}`;
      findings.warning([...path, group], message, { at: "key" });
    }
  }
}
