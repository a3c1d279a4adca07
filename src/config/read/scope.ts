/** What one file says about routing besides its numbers: the main file, or that of a client. */
import { type CountryCode, isCountryCode } from "../../routing/callers/phone.ts";
import type { LookupPlan } from "../../routing/lookups/plan.ts";
import type { Agent, ContactsPlan, LimitPlan } from "../../routing/plan.ts";
import { reportUnreadable } from "../files/unreadable.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import type { NameUse } from "../shape/fill.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { ScopeDocument } from "../shape/schema.ts";
import { readContacts } from "./callers/contacts.ts";
import { type NamedFile, readLists } from "./callers/lists.ts";
import { readLookups } from "./lookups.ts";
import type { NamedThings } from "./names.ts";
import { checkPreset } from "./presets.ts";
import { agentIdProblem, findAgent, type Names, type ReadContext, readNames } from "./references.ts";
import type { Calendar } from "./time/holidays.ts";
import { readLocale, readTimezone } from "./time/locality.ts";
import { readLimits, readSchedules } from "./time/schedules.ts";

/** The files that a document names, as they were read. */
export interface NamedFiles {
  /** By the name of the list. */
  readonly lists: ReadonlyMap<string, NamedFile>;
  /** Each with the place that names it. */
  readonly contacts: readonly (NamedFile & { readonly path: Path })[];
  /** By the name of the look-up that trusts them. */
  readonly certificates: ReadonlyMap<string, NamedFile>;
}

/** One TOML file, with all that is needed to read what it means. */
export interface ScopeSource {
  /** What the client is called; empty for the main file. */
  readonly client: string;
  readonly document: ScopeDocument;
  readonly names: Names;
  readonly files: NamedFiles;
  /** The absolute path of a file that it names. */
  readonly pathOf: (file: string) => string;
  /** Every name that its templates use; conditions add theirs. */
  readonly uses: NameUse[];
  readonly findings: Findings;
}

/** What time is read with. */
export interface TimeContext {
  /** Undefined where no schedule names holidays. */
  readonly calendar: Calendar | undefined;
  readonly nowMs: number;
}

/** The things of one file, and what the texts of that file are read with. */
export interface ScopeThings {
  readonly source: ScopeSource;
  readonly context: ReadContext;
  readonly timezone: string | undefined;
  readonly locale: string;
  /** The names of agents by their ids; of several names of one, the first. */
  readonly agentNames: ReadonlyMap<string, string>;
  readonly presets: ReadonlyMap<string, NonNullable<ScopeDocument["presets"][string]>>;
  readonly lists: ReturnType<typeof readLists>;
  readonly contacts: ContactsPlan | undefined;
  readonly schedules: ReturnType<typeof readSchedules>;
  readonly limits: ReadonlyMap<string, LimitPlan>;
  readonly lookups: ReadonlyMap<string, LookupPlan>;
}

/** Reads the things that a file gives names to. @param main those of the main file, for that of a client */
export function readThings(source: ScopeSource, time: TimeContext, main?: ScopeThings): ScopeThings {
  const { client, document, names, files, pathOf, uses, findings } = source;
  const timezone = document.timezone
    ? readTimezone(document.timezone, ["timezone"], findings)
    : main?.timezone;
  const locale = document.locale || !main ? readLocale(document.locale, ["locale"], findings) : main.locale;
  const country =
    document.country === undefined ? main?.context.country : readCountry(document.country, findings);
  const agents = readAgents(document.agents, names, findings);
  const context: ReadContext = {
    client,
    country,
    names,
    agentNamed: (name) => agents.get(name) ?? main?.context.agentNamed(name),
    hasContacts: document.contacts !== undefined || (main?.context.hasContacts ?? false),
    things: NOTHING,
    ...{ pathOf, uses, findings },
  };
  for (const [name, preset] of fittingEntries(document.presets)) {
    checkPreset(preset, ["presets", name], findings);
  }
  const contacts = readContactFiles(document.contacts, files.contacts, context);
  const columns = contacts ? contacts.columns : main?.contacts?.columns;
  const things: NamedThings = {
    // Where there are none, the files have been reported.
    columns: columns && columns.length > 0 ? columns : undefined,
    hasContacts: context.hasContacts,
    schedules: new Set(names.in("schedules")),
    lookups: new Set(names.in("lookups")),
    areAll: names.areAll,
  };
  return {
    ...{ source, context: { ...context, things }, timezone, locale },
    agentNames: new Map([...agents].reverse().map(([name, { id }]) => [id, name])),
    presets: new Map(fittingEntries(document.presets)),
    lists: readLists(document.lists, files.lists, context, main?.lists),
    contacts,
    schedules: readSchedules(document.schedules, { timezone, locale, ...time, findings }),
    limits: readLimits(document.limits, findings),
    lookups: readLookups(document.lookups, files.certificates, findings),
  };
}

const NOTHING: NamedThings = {
  ...{ columns: undefined, hasContacts: false, schedules: new Set(), lookups: new Set(), areAll: false },
};

function readCountry(code: string, findings: Findings): CountryCode | undefined {
  if (isCountryCode(code)) return code;
  const meant = code.toUpperCase();
  findings.error(
    ["country"],
    `\`country\` must be two capital letters such as "US", found ${findings.quote(code)}`,
    {
      hint: isCountryCode(meant) ? didYouMean(code, [meant]) : undefined,
    },
  );
  // Numbers are read as they were meant, so that one mistake is not reported at each of them.
  return isCountryCode(meant) ? meant : undefined;
}

function readAgents(agents: ScopeDocument["agents"], names: Names, findings: Findings): Map<string, Agent> {
  const read = new Map<string, Agent>();
  for (const [name, agent] of fittingEntries(agents)) {
    const path = ["agents", name];
    const { id, version, presets } =
      typeof agent === "string" ? { id: agent, version: undefined, presets: [] } : agent;
    const idPath = typeof agent === "string" ? path : [...path, "id"];
    if (id === "") findings.error(idPath, "an agent id must not be empty");
    else if (id !== undefined) {
      const problem = agentIdProblem(id);
      if (problem) findings.error(idPath, problem);
    }
    if (version === "") findings.error([...path, "version"], "a version must not be empty");
    if (version === "latest") {
      const message = '"latest" is the version with the highest number, which may be a draft';
      const hint = 'use "latest_published", a tag or a number';
      findings.warning([...path, "version"], message, { hint });
    }
    read.set(name, {
      name,
      id: id ?? "",
      version,
      presets: readNames(presets, [...path, "presets"], "presets", { names, findings }),
    });
  }
  return read;
}

function readContactFiles(
  contacts: ScopeDocument["contacts"],
  files: NamedFiles["contacts"],
  context: ReadContext,
): ContactsPlan | undefined {
  if (!contacts) return undefined;
  const { country, names, findings } = context;
  const readable = files.flatMap(({ path, file, read }) => {
    if ("text" in read) return [{ file, text: read.text }];
    reportUnreadable(file, read, path, findings);
    return [];
  });
  const plan = readContacts(
    readable,
    fittingItems(contacts.variables).map(({ item }) => item),
    {
      country,
      names,
      agent: (text) => findAgent(text, context),
      findings,
    },
  );
  if (readable.length === files.length) checkColumns(contacts.variables, plan, findings);
  return plan;
}

function checkColumns(
  variables: readonly (string | undefined)[],
  { columns }: ContactsPlan,
  findings: Findings,
): void {
  // Where there are none, the files have been reported.
  if (columns.length === 0) return;
  for (const { at, item: name } of fittingItems(variables)) {
    if (columns.includes(name)) continue;
    findings.error(["contacts", "variables", at], `the contacts have no column ${findings.quote(name)}`, {
      hint: didYouMean(name, columns) ?? `their columns: ${columns.join(", ")}`,
    });
  }
}
