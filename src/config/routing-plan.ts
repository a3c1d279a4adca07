/** What the document says about routing, with its texts read and its names looked up. */
import { type CallerMatcher, type Callers, callersOf, readCaller, readPrefix } from "../routing/callers.ts";
import type { JsonTable } from "../routing/merge.ts";
import { type CountryCode, countryCodes, isCountryCode, readNumber } from "../routing/phone.ts";
import type { Additions, Agent, DialledPattern, NumberPlan, RoutingPlan, Target } from "../routing/plan.ts";
import { itemsOf } from "./document.ts";
import { didYouMean, type Findings, type Path, quote } from "./findings.ts";
import { readListFile } from "./list-file.ts";
import { checkPreset } from "./presets.ts";
import type { Document } from "./schema.ts";
import type { ReadText } from "./text-file.ts";

/** Everything that can be called by name, also what turned out to be wrong and was left out of the document. */
export interface Names {
  readonly agents: ReadonlySet<string>;
  readonly presets: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
}

/** A file that a list names, as it was read. */
export interface ReadList {
  /** As messages name it. */
  readonly file: string;
  readonly read: ReadText;
}

/** Reads everything that decides calls. @param listFiles by the name of the list */
export function readRouting(
  document: Document,
  names: Names,
  listFiles: ReadonlyMap<string, ReadList>,
  findings: Findings,
): RoutingPlan {
  const country = readCountry(document.country, findings);
  const context: Context = { country, names, agents: readAgents(document.agents, names, findings), findings };
  const { defaults } = document;
  for (const [name, preset] of Object.entries(document.presets)) {
    checkPreset(preset, ["presets", name], findings);
  }
  return {
    country,
    presets: new Map(Object.entries(document.presets)),
    lists: readLists(document.lists, listFiles, context),
    defaults: {
      ...readAdditions(defaults, ["defaults"], context),
      deny: callersOf(readCallers(defaults.deny, ["defaults", "deny"], context)),
      allow: callersOf(readCallers(defaults.allow, ["defaults", "allow"], context)),
      unrouted: defaults.unrouted,
    },
    numbers: readNumbers(document.numbers, context),
  };
}

interface Context {
  readonly country: CountryCode | undefined;
  readonly names: Names;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly findings: Findings;
}

function readCountry(code: string | undefined, findings: Findings): CountryCode | undefined {
  if (code === undefined || isCountryCode(code)) return code;
  const meant = code.toUpperCase();
  findings.error(["country"], `\`country\` must be two capital letters such as "US", found ${quote(code)}`, {
    hint: didYouMean(code, isCountryCode(meant) ? [meant] : countryCodes()),
  });
  // Numbers are read as they were meant, so that one mistake is not reported at each of them.
  return isCountryCode(meant) ? meant : undefined;
}

function readAgents(agents: Document["agents"], names: Names, findings: Findings): Map<string, Agent> {
  const read = new Map<string, Agent>();
  for (const [name, agent] of Object.entries(agents)) {
    const path = ["agents", name];
    const { id, version, presets } =
      typeof agent === "string" ? { id: agent, version: undefined, presets: [] } : agent;
    const idPath = typeof agent === "string" ? path : [...path, "id"];
    if (id === undefined) findings.error(path, `the agent ${quote(name)} has no \`id\``);
    else checkId(id, idPath, "an agent id", findings);
    if (version === "") findings.error([...path, "version"], "a version must not be empty");
    read.set(name, {
      name,
      id: id ?? "",
      version,
      presets: knownNames(presets, [...path, "presets"], "preset", names.presets, findings),
    });
  }
  return read;
}

function checkId(id: string, path: Path, what: string, findings: Findings): void {
  if (id === "") findings.error(path, `${what} must not be empty`);
  else if (/\s/.test(id)) findings.error(path, `${what} must not contain white space, found ${quote(id)}`);
}

function readLists(
  lists: Document["lists"],
  files: ReadonlyMap<string, ReadList>,
  context: Context,
): Map<string, Callers> {
  const { findings, country } = context;
  const read = new Map<string, Callers>();
  for (const [name, list] of Object.entries(lists)) {
    const path = ["lists", name];
    if (Array.isArray(list)) {
      read.set(name, callersOf(readCallers(list, path, context)));
      continue;
    }
    const file = files.get(name);
    if (!file) {
      findings.error(path, `the list ${quote(name)} has no \`file\``);
    } else if ("problem" in file.read) {
      findings.error([...path, "file"], `cannot read ${quote(file.file)}: ${file.read.problem}`);
    } else {
      const matchers = readListFile({ text: file.read.text, file: file.file, country }, findings);
      read.set(
        name,
        callersOf(matchers.filter((matcher) => isKnownInFile(matcher, path, file.file, context))),
      );
    }
  }
  for (const cycle of cyclesOf(read)) {
    const [first = ""] = cycle;
    findings.error(
      ["lists", first],
      `the list ${quote(first)} contains itself: ${cycle.map((name) => `@${name}`).join(" → ")}`,
    );
    read.delete(first);
  }
  return read;
}

/** A list inside a list file must be known too. */
function isKnownInFile(
  matcher: CallerMatcher,
  path: Path,
  file: string,
  { names, findings }: Context,
): boolean {
  if (matcher.kind !== "list" || names.lists.has(matcher.list)) return true;
  findings.error(
    [...path, "file"],
    `${file} names the list ${quote(`@${matcher.list}`)}, which is not in [lists]`,
    {
      hint: didYouMean(matcher.list, names.lists),
    },
  );
  return false;
}

/** Every way from a list back to itself, each once. */
function cyclesOf(lists: ReadonlyMap<string, Callers>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name);
    if (start >= 0) {
      cycles.push([...trail.slice(start), name]);
      return;
    }
    if (done.has(name)) return;
    for (const inner of lists.get(name)?.lists ?? []) visit(inner, [...trail, name]);
    done.add(name);
  };
  for (const name of lists.keys()) visit(name, []);
  return cycles;
}

function readCallers(
  texts: readonly string[],
  path: Path,
  { country, names, findings }: Context,
): CallerMatcher[] {
  return itemsOf(texts).flatMap(({ at, item }) => {
    const read = readCaller(item, country);
    if ("problem" in read) {
      findings.error([...path, at], read.problem, { hint: didYouMean(item, read.near ?? []) });
      return [];
    }
    const { matcher } = read;
    if (matcher.kind === "list" && !names.lists.has(matcher.list)) {
      findings.error([...path, at], `there is no list ${quote(matcher.list)} in [lists]`, {
        hint: didYouMean(matcher.list, names.lists),
      });
      return [];
    }
    return [matcher];
  });
}

function readNumbers(numbers: Document["numbers"], context: Context): NumberPlan[] {
  const { findings } = context;
  const seen = new Map<string, string>();
  return Object.entries(numbers).flatMap(([entry, number]) => {
    const path = ["numbers", entry];
    const pattern = readPattern(entry, context.country);
    // Whatever the pattern, the entry's insides are checked too: one run names everything.
    const additions = readAdditions(number, path, context);
    const target = readTarget(number, path, context);
    const deny = callersOf(readCallers(number.deny, [...path, "deny"], context));
    const allow = number.allow && callersOf(readCallers(number.allow, [...path, "allow"], context));
    if ("problem" in pattern) {
      findings.error(path, pattern.problem, { at: "key" });
      return [];
    }
    const id = JSON.stringify(pattern);
    const first = seen.get(id);
    if (first !== undefined) {
      findings.error(
        path,
        `${quote(entry)} is the same as ${quote(first)}: each number can stand here once`,
        {
          at: "key",
          related: { path: ["numbers", first], message: `${quote(first)} stands here` },
        },
      );
      return [];
    }
    seen.set(id, entry);
    return [{ entry, pattern, target, deny, allow, ...additions }];
  });
}

function readPattern(
  entry: string,
  country: CountryCode | undefined,
): DialledPattern | { readonly problem: string } {
  if (entry === "*") return { kind: "any" };
  if (entry.includes("*")) {
    const prefix = readPrefix(entry);
    return "prefix" in prefix ? { kind: "prefix", prefix: prefix.prefix } : prefix;
  }
  const read = readNumber(entry, country);
  if ("number" in read) return { kind: "exact", number: read.number };
  return { problem: `${quote(entry)} is not a dialled number: ${read.problem}` };
}

type RouteDocument = Document["numbers"][string];

function readTarget(route: RouteDocument, path: Path, context: Context): Target {
  const said = (["agent", "pass", "reject"] as const).filter((key) => route[key] !== undefined);
  const [first, second] = said;
  if (first && second) {
    context.findings.error(
      [...path, second],
      `a route says at most one of agent, pass and reject; this one also says ${first}`,
      {
        at: "key",
        related: { path: [...path, first], message: `${first} stands here` },
      },
    );
  }
  if (route.agent !== undefined)
    return { kind: "agent", agent: readAgentRef(route.agent, [...path, "agent"], context) };
  return { kind: route.reject ? "reject" : "pass" };
}

/** What agent ids look like: `agent_` and more, or the long random ids of older accounts. */
const AGENT_ID = /^(agent_\S+|[A-Za-z0-9]{20,})$/;

function readAgentRef(text: string, path: Path, { names, agents, findings }: Context): Agent {
  const byId: Agent = { name: undefined, id: text, version: undefined, presets: [] };
  if (names.agents.has(text)) return agents.get(text) ?? byId;
  if (text === "") {
    findings.error(path, "an agent must not be empty");
  } else {
    const hint = didYouMean(text, names.agents);
    if (hint || !AGENT_ID.test(text)) {
      findings.error(
        path,
        `there is no agent ${quote(text)} in [agents], and it does not look like an agent id`,
        {
          hint: hint ?? 'agent ids look like "agent_0123456789abcdef"',
        },
      );
    }
  }
  return byId;
}

interface AdditionsDocument {
  readonly presets: readonly string[];
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly metadata: JsonTable;
}

function readAdditions(document: AdditionsDocument, path: Path, { names, findings }: Context): Additions {
  return {
    presets: knownNames(document.presets, [...path, "presets"], "preset", names.presets, findings),
    variables: Object.fromEntries(
      Object.entries(document.variables).map(([name, value]) => [name, String(value)]),
    ),
    metadata: document.metadata,
  };
}

function knownNames(
  texts: readonly string[],
  path: Path,
  what: string,
  known: ReadonlySet<string>,
  findings: Findings,
): string[] {
  return itemsOf(texts).flatMap(({ at, item }) => {
    if (known.has(item)) return [item];
    findings.error([...path, at], `there is no ${what} ${quote(item)} in [${what}s]`, {
      hint: didYouMean(item, known),
    });
    return [];
  });
}
