/** Agents of the configuration that the account lacks, has at another version, or has for another channel. */
import type { AccountAgent } from "../../../../account/account.ts";
import { didYouMean } from "../../../../config/findings/findings.ts";
import type { AccountRead } from "../reading.ts";
import type { AgentUse, Spot } from "../uses.ts";
import { accountWords, listed, Told } from "../words.ts";

/** Reports agents, versions and tags that are not there, drafts, and agents of the wrong channel. */
export function judgeAgents(uses: readonly AgentUse[], reads: ReadonlyMap<string, AccountRead>): void {
  const told = new Told();
  for (const use of uses) {
    const read = reads.get(use.account);
    if (!read?.agents) continue;
    const found = read.agents.get(use.agent.id);
    if (!found) reportMissing(use, read, read.agents, told);
    else {
      reportVersion(use, found, read, told);
      reportChannel(use, found);
    }
  }
}

/** The entry in `[agents]`, else the place itself. @param key what it says of the entry, where that is a table */
function spotOf({ at, entry }: AgentUse, key: "id" | "version"): Spot {
  return entry ? { ...entry, path: entry.isTable ? [...entry.path, key] : entry.path } : at;
}

function reportMissing(
  use: AgentUse,
  read: AccountRead,
  agents: ReadonlyMap<string, AccountAgent>,
  told: Told,
): void {
  const { id, name } = use.agent;
  const { findings, path } = spotOf(use, "id");
  if (!told.isNew(findings, path, `missing ${read.client}`)) return;
  const namesake = agents.values().find((agent) => isCalled(agent, name));
  const hint = namesake
    ? `the agent ${findings.quote(namesake.name)} has the id ${findings.quote(namesake.id)}`
    : didYouMean(id, agents.keys());
  const message = `${accountWords(read.client)} has no agent ${findings.quote(id)}`;
  findings.error(path, message, { hint, at: placeOf(path) });
}

/** The place of an agent in a split is a key. */
function placeOf(path: Spot["path"]): "key" | "value" {
  return path.at(-2) === "split" ? "key" : "value";
}

function isCalled({ name }: AccountAgent, other: string | undefined): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return name !== undefined && other !== undefined && plain(other) !== "" && plain(name) === plain(other);
}

function reportVersion(use: AgentUse, found: AccountAgent, read: AccountRead, told: Told): void {
  const { version } = use.agent;
  if (version === undefined || version === "latest") return;
  const { findings, path } = spotOf(use, "version");
  if (!told.isNew(findings, path, `version ${read.client}`)) return;
  const versions = read.versions.get(found.id);
  const whose = `the agent ${findings.quote(found.name ?? found.id)}`;
  const draftProblem = (number: number, subject: string) => {
    if (versions?.find((known) => known.version === number)?.isPublished !== false) return;
    const message = `${subject} of ${whose} is a draft: it changes with every edit in Retell`;
    findings.warning(path, message, { hint: "publish it, or use a published version" });
  };
  if (version === "latest_published") {
    if (!versions || versions.some(({ isPublished }) => isPublished)) return;
    findings.error(path, `${whose} has no published version`, { hint: "publish one in Retell" });
  } else if (typeof version === "number") {
    if (!versions || versions.some((known) => known.version === version)) {
      draftProblem(version, `version ${version}`);
      return;
    }
    const numbers = versions.map((known) => known.version).toSorted((a, b) => b - a);
    const hint = numbers.length > 0 ? `its versions: ${listed(numbers.map(String))}` : undefined;
    findings.error(path, `${whose} has no version ${version}`, { hint });
  } else if (!found.tags.has(version)) {
    const tags = [...found.tags.keys()];
    const all = tags.length > 0 ? `its tags: ${listed(tags)}` : "it has no tags";
    const message = `${whose} has no tag ${findings.quote(version)}`;
    findings.error(path, message, { hint: didYouMean(version, tags) ?? all });
  } else {
    const number = found.tags.get(version);
    if (number !== undefined) {
      draftProblem(number, `version ${number}, which the tag ${findings.quote(version)} is assigned to,`);
      return;
    }
    const message = `the tag ${findings.quote(version)} of ${whose} is assigned to no version, so it means the latest, which may be a draft`;
    findings.warning(path, message, { hint: "assign it in Retell" });
  }
}

const CHANNELS = { call: "voice", text: "chat" } as const;

function reportChannel(
  { channel, agent, at: { findings, path }, entry }: AgentUse,
  found: AccountAgent,
): void {
  if (channel === undefined || found.channel === undefined || found.channel === CHANNELS[channel]) return;
  const whose = `the agent ${findings.quote(agent.name ?? agent.id)}`;
  const message =
    channel === "call"
      ? `${whose} is a chat agent, and cannot take calls`
      : `${whose} is a voice agent, and cannot take texts`;
  const hint = channel === "call" ? "use a voice agent" : "use a chat agent";
  const related = entry && { path: entry.path, of: entry.findings, message: `this is ${found.id}` };
  findings.error(path, message, { hint, related, at: placeOf(path) });
}
