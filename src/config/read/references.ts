/** Reading texts that name things: agents, presets, lists, schedules, limits, callers. */
import { type CallerMatcher, readCaller } from "../../routing/callers/callers.ts";
import type { CountryCode } from "../../routing/callers/phones/phone.ts";
import { callersOf } from "../../routing/callers/sets.ts";
import { characterName } from "../../routing/callers/written.ts";
import type { Agent, Callers } from "../../routing/plan.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import type { NameUse } from "../shape/fill.ts";
import { eachOf } from "../shape/fitting.ts";
import type { Problem } from "./callers/list-file.ts";
import type { NamedThings } from "./names.ts";

/** The tables whose keys are names. */
type Named = keyof typeof ONE_OF;

/** What one thing of each table is called. */
const ONE_OF = {
  agents: "agent",
  presets: "preset",
  lists: "list",
  schedules: "schedule",
  limits: "limit",
  lookups: "look-up",
  rulesets: "ruleset",
  notify: "notice",
} as const;

/** What things are called in one file, also those that turned out to be wrong and were left out of the document. */
export type OwnNames = Readonly<Record<Named, ReadonlySet<string>>>;

/** Everything that can be called by name in one file: what is its own, and what is the main file's. */
export class Names {
  /** Whether there are no others: not where a file that may name more could not be read. */
  readonly areAll: boolean;
  readonly #own: OwnNames;
  readonly #main: Names | undefined;
  readonly #all = new Map<Named, readonly string[]>();

  /** @param main the names of the main file, for that of a client */
  constructor(own: OwnNames, areAll: boolean, main?: Names) {
    this.areAll = areAll;
    this.#own = own;
    this.#main = main;
  }

  has(table: Named, name: string): boolean {
    return this.#own[table].has(name) || (this.#main?.has(table, name) ?? false);
  }

  /** All names of a table, for suggestions. */
  in(table: Named): readonly string[] {
    const known = this.#all.get(table);
    if (known) return known;
    const all = [...this.#own[table], ...(this.#main?.in(table) ?? [])];
    this.#all.set(table, all);
    return all;
  }
}

/** What texts are read with. */
export interface ReadContext {
  /** The client whose scope it is; empty for the main file. */
  readonly client: string;
  /** The names of all clients. */
  readonly clients: readonly string[];
  readonly country: CountryCode | undefined;
  readonly names: Names;
  /** The agent of a name, as far as it could be read. */
  readonly agentNamed: (name: string) => Agent | undefined;
  /** Whether there is a `[contacts]`. */
  readonly hasContacts: boolean;
  /** The sets of callers that were read, by their texts; none of them has anything wrong. */
  readonly sets: Map<string, Callers>;
  /** What conditions may name. */
  readonly things: NamedThings;
  /** The absolute path of a file that the file names. */
  readonly pathOf: (file: string) => string;
  /** Gets every name that conditions use. */
  readonly uses: NameUse[];
  readonly findings: Findings;
}

/** Reads names of one kind; those that are not known are reported and left out. */
export function readNames(
  texts: string | readonly (string | undefined)[],
  path: Path,
  table: Named,
  { names, findings }: Pick<ReadContext, "names" | "findings">,
): string[] {
  if (texts.length === 0) return [];
  return eachOf(texts, path).flatMap(({ path: place, item }) => {
    if (names.has(table, item)) return [item];
    if (!names.areAll) return [];
    const known = names.in(table);
    const hint = didYouMean(item, known) ?? (known.length === 0 ? `there is no [${table}] yet` : undefined);
    const message = `there is no ${ONE_OF[table]} ${findings.quote(item)} in [${table}]`;
    findings.error(place, message, { hint, mayBeElsewhere: table === "schedules" });
    return [];
  });
}

/** The set of callers that the same texts were read as before. */
export function knownCallers(
  texts: string | readonly (string | undefined)[],
  { sets }: Pick<ReadContext, "sets">,
): Callers | undefined {
  return sets.get(JSON.stringify(texts));
}

/** Reads a set of callers; what names none is reported and left out. The same texts are the same set, held once. */
export function readCallers(
  texts: string | readonly (string | undefined)[],
  path: Path,
  context: ReadContext,
): Callers {
  const known = knownCallers(texts, context);
  if (known) return known;
  let isPlain = true;
  const matchers = eachOf(texts, path).flatMap(({ path: place, item }) => {
    const read = readCaller(item, context.country);
    if ("problem" in read) {
      isPlain = false;
      context.findings.error(place, read.problem, {
        hint: didYouMean(item, read.near ?? []) ?? read.hint,
      });
      return [];
    }
    if (read.warning) {
      isPlain = false;
      context.findings.warning(place, read.warning);
    }
    const problem = unknownIn(read.matcher, context);
    if (!problem) return [read.matcher];
    isPlain = false;
    const mayBeElsewhere = read.matcher.kind === "contact";
    context.findings.error(place, problem.message, { hint: problem.hint, mayBeElsewhere });
    return [];
  });
  const callers = callersOf(matchers);
  if (isPlain) context.sets.set(JSON.stringify(texts), callers);
  return callers;
}

/** What is wrong with an entry that names something that is not there. */
export function unknownIn(
  matcher: CallerMatcher,
  { names, hasContacts, findings }: ReadContext,
): Problem | undefined {
  if (!names.areAll) return undefined;
  if (matcher.kind === "list" && !names.has("lists", matcher.list)) {
    const hint = didYouMean(matcher.list, names.in("lists"));
    return { message: `there is no list ${findings.quote(matcher.list)} in [lists]`, hint };
  }
  if (matcher.kind === "contact" && !hasContacts) {
    return { message: '"contact" means everyone in [contacts], but there is no [contacts]', hint: undefined };
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
  { names, agentNamed, findings }: Pick<ReadContext, "names" | "agentNamed" | "findings">,
): AgentReading {
  const byId: Agent = { name: undefined, id: text, version: undefined, presets: [] };
  if (names.has("agents", text) || (text !== "" && !names.areAll)) return { agent: agentNamed(text) ?? byId };
  if (text === "") return { problem: "an agent must not be empty" };
  const hint = didYouMean(text, names.in("agents"));
  if (!hint && AGENT_ID.test(text)) return { agent: byId };
  const characters = text.startsWith("agent_") && !hint ? agentIdProblem(text) : undefined;
  if (characters) return { problem: characters };
  return {
    problem: `there is no agent ${findings.quote(text)} in [agents], and it does not look like an agent id`,
    hint: hint ?? 'agent ids look like "agent_0123456789abcdef"',
  };
}
