/** What one file says about routing besides its numbers: the main file, or that of a client. */
import { type CountryCode, isCountryCode } from "../../routing/callers/phones/phone.ts";
import type { LookupPlan } from "../../routing/lookups/plan.ts";
import type { Agent, ContactsPlan, LimitPlan, NoticePlan } from "../../routing/plan.ts";
import { utf8Of } from "../files/content.ts";
import { didYouMean, type Findings } from "../findings/findings.ts";
import type { NameUse } from "../shape/fill.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { ScopeDocument } from "../shape/schema/schema.ts";
import { type ContactsFile, readContacts } from "./callers/contacts.ts";
import { type NamedFile, type RemoteReads, readLists, readTeller, tellUnreadable } from "./callers/lists.ts";
import type { NamedRemote } from "./callers/remote.ts";
import type { NamedThings } from "./names.ts";
import { readLookups } from "./outbound/lookups.ts";
import { readNotices } from "./outbound/notices.ts";
import type { checkPreset } from "./presets.ts";
import { agentIdProblem, findAgent, type Names, type ReadContext, readNames } from "./references.ts";
import type { Calendar } from "./time/holidays.ts";
import { DEFAULT_LOCALE, localityOf, readLocale, readTimezone, reportTwice } from "./time/locality.ts";
import { readLimits, readSchedules } from "./time/schedules.ts";

/** The files and URLs that a document names, as they were read. */
export interface NamedFiles {
  /** By the name of the list. */
  readonly lists: ReadonlyMap<string, readonly NamedFile[]>;
  readonly contacts: readonly NamedFile[];
  /** Each at the place of its `ca`. */
  readonly certificates: readonly NamedFile[];
  /** The URLs that are empty, since nothing is known of them. */
  readonly missing: readonly NamedRemote[];
  /** What was read of each URL; filled in as they are read. */
  readonly reads: RemoteReads;
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

/** What is known besides the files. */
export interface Knowledge {
  /** Undefined where no schedule names holidays. */
  readonly calendar: Calendar | undefined;
  /** Holds presets against what Retell takes; undefined where there are none. */
  readonly checkPreset: typeof checkPreset | undefined;
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
  readonly notices: ReadonlyMap<string, NoticePlan>;
}

/**
 * Reads the things that a file gives names to.
 *
 * @param clients the names of all clients
 * @param main the things of the main file, for that of a client
 */
export function readThings(
  source: ScopeSource,
  known: Knowledge,
  clients: readonly string[],
  main?: ScopeThings,
): ScopeThings {
  const { client, document, names, files, pathOf, uses, findings } = source;
  reportTwice(document, findings);
  const zone = localityOf(document, "timezone");
  const timezone = zone ? readTimezone(zone.text, zone.path, findings) : main?.timezone;
  const language = localityOf(document, "locale");
  const locale = language
    ? readLocale(language.text, language.path, findings)
    : (main?.locale ?? DEFAULT_LOCALE);
  const country =
    document.country === undefined ? main?.context.country : readCountry(document.country, findings);
  const agents = readAgents(document.agents, names, findings);
  const context: ReadContext = {
    ...{ client, clients, country, names },
    agentNamed: (name) => agents.get(name) ?? main?.context.agentNamed(name),
    hasContacts: document.contacts !== undefined || (main?.context.hasContacts ?? false),
    sets: new Map(),
    things: NOTHING,
    ...{ pathOf, uses, findings },
  };
  for (const [name, preset] of fittingEntries(document.presets)) {
    known.checkPreset?.(preset, ["presets", name], findings);
  }
  const { contacts, columns: ownColumns } = readContactFiles(document.contacts, files, context);
  const columns = contacts ? ownColumns : main?.context.things.columns;
  const things: NamedThings = {
    columns,
    hasContacts: context.hasContacts,
    schedules: new Set(names.in("schedules")),
    lookups: new Set(names.in("lookups")),
    areAll: names.areAll,
  };
  return {
    ...{ source, context: { ...context, things }, timezone, locale },
    agentNames: new Map([...agents].reverse().map(([name, { id }]) => [id, name])),
    presets: new Map(fittingEntries(document.presets)),
    lists: readLists(document.lists, files.lists, context, files.reads, main?.lists),
    contacts,
    schedules: readSchedules(document.schedules, { timezone, locale, ...known, findings }),
    limits: readLimits(document.limits, findings),
    lookups: readLookups(document.lookups, files.certificates, findings),
    notices: readNotices(document.notify, files.certificates, findings),
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

/** Reads the contacts; `columns` is undefined where it is not known which there are. */
function readContactFiles(
  contacts: ScopeDocument["contacts"],
  { contacts: files, missing, reads }: NamedFiles,
  context: ReadContext,
): { readonly contacts: ContactsPlan | undefined; readonly columns: readonly string[] | undefined } {
  if (!contacts) return { contacts: undefined, columns: undefined };
  const { country, names, findings } = context;
  const readable = files.flatMap((file): ContactsFile[] => {
    const read = utf8Of(file.content);
    if ("problem" in read) {
      tellUnreadable(file, read, reads, findings);
      return [];
    }
    const tellRead = readTeller(file, reads);
    return [{ file: file.file, bytes: read.bytes, fetched: file.remote?.fetched, tellRead }];
  });
  const { plan, isWhole } = readContacts(
    readable,
    fittingItems(contacts.variables).map(({ item }) => item),
    readable.length === files.length && !missing.some(({ path }) => path[0] === "contacts"),
    {
      country,
      names,
      agent: (text) => findAgent(text, context),
      findings,
    },
  );
  if (!isWhole) return { contacts: plan, columns: undefined };
  checkColumns(contacts.variables, plan, findings);
  return { contacts: plan, columns: plan.columns };
}

function checkColumns(
  variables: readonly (string | undefined)[],
  { columns }: ContactsPlan,
  findings: Findings,
): void {
  for (const { at, item: name } of fittingItems(variables)) {
    if (columns.includes(name)) continue;
    findings.error(["contacts", "variables", at], `the contacts have no column ${findings.quote(name)}`, {
      hint: didYouMean(name, columns) ?? `their columns: ${columns.join(", ")}`,
    });
  }
}
