/** Reading texts that name things: agents, presets, lists, schedules, limits, callers. */
import { type CallerMatcher, readCaller } from "../../routing/callers/callers.ts";
import type { CountryCode } from "../../routing/callers/phone.ts";
import { characterName } from "../../routing/callers/written.ts";
import type { Agent } from "../../routing/plan.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import type { NameUse } from "../judge/names.ts";
import { fittingItems } from "../shape/fitting.ts";
import type { Problem } from "./list-file.ts";

/** The tables whose keys are names. */
type Named = "agents" | "presets" | "lists" | "schedules" | "limits" | "rulesets";

/** Everything that can be called by name, also what turned out to be wrong and was left out of the document. */
export type Names = Readonly<Record<Named, ReadonlySet<string>>> & {
  /** Whether there are no others: not where a file that may name more could not be read. */
  readonly areAll: boolean;
};

/** What texts are read with. */
export interface ReadContext {
  readonly country: CountryCode | undefined;
  readonly names: Names;
  readonly agents: ReadonlyMap<string, Agent>;
  /** Whether there is a `[contacts]`. */
  readonly hasContacts: boolean;
  /** The absolute path of a file that the configuration names at a place. */
  readonly pathOf: (place: Path, file: string) => string;
  /** Gets every name that conditions use, to be checked when it is known what there is. */
  readonly uses: NameUse[];
  readonly findings: Findings;
}

/** One text or several, with the path of each. */
export function eachOf(
  texts: string | readonly (string | undefined)[],
  path: Path,
): { readonly path: Path; readonly item: string }[] {
  if (typeof texts === "string") return [{ path, item: texts }];
  return fittingItems(texts).map(({ at, item }) => ({ path: [...path, at], item }));
}

/** Reads names of one kind; those that are not known are reported and left out. */
export function readNames(
  texts: string | readonly (string | undefined)[],
  path: Path,
  table: Named,
  { names, findings }: Pick<ReadContext, "names" | "findings">,
): string[] {
  const known = names[table];
  return eachOf(texts, path).flatMap(({ path: place, item }) => {
    if (known.has(item)) return [item];
    if (!names.areAll) return [];
    const hint = didYouMean(item, known) ?? (known.size === 0 ? `there is no [${table}] yet` : undefined);
    findings.error(place, `there is no ${table.slice(0, -1)} ${findings.quote(item)} in [${table}]`, {
      hint,
    });
    return [];
  });
}

/** Reads callers; what names none is reported and left out. */
export function readCallers(
  texts: string | readonly (string | undefined)[],
  path: Path,
  context: ReadContext,
): CallerMatcher[] {
  return eachOf(texts, path).flatMap(({ path: place, item }) => {
    const read = readCaller(item, context.country);
    if ("problem" in read) {
      context.findings.error(place, read.problem, {
        hint: didYouMean(item, read.near ?? []) ?? read.hint,
      });
      return [];
    }
    if (read.warning) context.findings.warning(place, read.warning);
    const problem = unknownIn(read.matcher, context);
    if (!problem) return [read.matcher];
    context.findings.error(place, problem.message, { hint: problem.hint });
    return [];
  });
}

/** What is wrong with an entry that names something that is not there. */
export function unknownIn(
  matcher: CallerMatcher,
  { names, hasContacts, findings }: ReadContext,
): Problem | undefined {
  if (!names.areAll) return undefined;
  if (matcher.kind === "list" && !names.lists.has(matcher.list)) {
    const hint = didYouMean(matcher.list, names.lists);
    return { message: `there is no list ${findings.quote(matcher.list)} in [lists]`, hint };
  }
  if (matcher.kind === "contact" && !hasContacts) {
    return { message: '"contact" means everyone in [contacts], and there is no [contacts]', hint: undefined };
  }
  return undefined;
}

/** What agent ids look like: `agent_` and more, or the long random ids of older accounts. */
const AGENT_ID = /^(agent_[\w-]+|[A-Za-z0-9]{20,})$/;

/** What is wrong with an agent id: it has letters, digits, `_` and `-` only, and at least one. */
export function agentIdProblem(id: string): string | undefined {
  if (id === "") return "an agent id must not be empty";
  const found = /[^A-Za-z0-9_-]/u.exec(id)?.[0];
  if (found === undefined) return undefined;
  const name = characterName(found.codePointAt(0) ?? 0);
  const shown = found === " " ? "a space" : /[\x21-\x7e]/.test(found) ? `"${found}" (${name})` : name;
  return `an agent id has only letters, digits, "_" and "-", and this one has ${shown}`;
}

/** An agent, or why there is none. */
export type AgentReading = { readonly agent: Agent } | { readonly problem: string; readonly hint?: string };

/** The agent of a name in `[agents]`, or of an id as it is. */
export function findAgent(
  text: string,
  { names, agents, findings }: Pick<ReadContext, "names" | "agents" | "findings">,
): AgentReading {
  const byId: Agent = { name: undefined, id: text, version: undefined, presets: [] };
  if (names.agents.has(text) || (text !== "" && !names.areAll)) return { agent: agents.get(text) ?? byId };
  if (text === "") return { problem: "an agent must not be empty" };
  const hint = didYouMean(text, names.agents);
  if (!hint && AGENT_ID.test(text)) return { agent: byId };
  const characters = text.startsWith("agent_") && !hint ? agentIdProblem(text) : undefined;
  if (characters) return { problem: characters };
  return {
    problem: `there is no agent ${findings.quote(text)} in [agents], and it does not look like an agent id`,
    hint: hint ?? 'agent ids look like "agent_0123456789abcdef"',
  };
}
