/** What the document says about routing, with its texts read and its names looked up. */
import { type CountryCode, isCountryCode } from "../../routing/callers/phone.ts";
import type { Agent, ContactsPlan, RoutingPlan } from "../../routing/plan.ts";
import { reportUnreadable } from "../files/unreadable.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { checkMergedPresets } from "../judge/merged-presets.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { Document } from "../shape/schema.ts";
import { readContacts } from "./contacts.ts";
import type { Calendar } from "./holidays.ts";
import { type NamedFile, readLists } from "./lists.ts";
import { readLocale, readTimezone } from "./locality.ts";
import { checkPreset } from "./presets.ts";
import { agentIdProblem, findAgent, type Names, type ReadContext, readNames } from "./references.ts";
import { readDefaults, readNumbers, readRulesets } from "./routes.ts";
import { readLimits, readSchedules } from "./schedules.ts";

/** The files that a document names, as they were read. */
export interface NamedFiles {
  /** By the name of the list. */
  readonly lists: ReadonlyMap<string, NamedFile>;
  /** Each with the place that names it. */
  readonly contacts: readonly (NamedFile & { readonly path: Path })[];
}

/** Reads everything that decides calls. */
export function readRouting(
  document: Document,
  names: Names,
  files: NamedFiles,
  source: Pick<ReadContext, "pathOf" | "uses"> & {
    readonly calendar: Calendar | undefined;
    readonly nowMs: number;
  },
  findings: Findings,
): RoutingPlan {
  const { calendar, nowMs, pathOf, uses } = source;
  const timezone = document.timezone && readTimezone(document.timezone, ["timezone"], findings);
  const locale = readLocale(document.locale, ["locale"], findings);
  const country = readCountry(document.country, findings);
  const agents = readAgents(document.agents, names, findings);
  const context: ReadContext = {
    country,
    names,
    agents,
    hasContacts: document.contacts !== undefined,
    pathOf,
    uses,
    findings,
  };
  for (const [name, preset] of fittingEntries(document.presets)) {
    checkPreset(preset, ["presets", name], findings);
  }
  const plan: RoutingPlan = {
    country,
    timezone: timezone ?? "UTC",
    locale,
    presets: new Map(fittingEntries(document.presets)),
    lists: readLists(document.lists, files.lists, context),
    contacts: readContactFiles(document.contacts, files.contacts, context),
    schedules: readSchedules(document.schedules, { timezone, locale, calendar, nowMs, findings }),
    limits: readLimits(document.limits, findings),
    // Looked for when all rules are known that ask for them.
    flags: [],
    rulesets: readRulesets(document.rulesets, context),
    defaults: readDefaults(document.defaults, context),
    numbers: readNumbers(document.numbers, context),
  };
  checkMergedPresets(plan, findings);
  return plan;
}

function readCountry(code: string | undefined, findings: Findings): CountryCode | undefined {
  if (code === undefined || isCountryCode(code)) return code;
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

function readAgents(agents: Document["agents"], names: Names, findings: Findings): Map<string, Agent> {
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
    read.set(name, {
      name,
      id: id ?? "",
      version,
      presets: readNames(presets, [...path, "presets"], "presets", { names, findings }),
    });
  }
  return read;
}

const NO_CONTACTS: ContactsPlan = { columns: [], variables: [], contacts: [] };

function readContactFiles(
  contacts: Document["contacts"],
  files: NamedFiles["contacts"],
  context: ReadContext,
): ContactsPlan {
  if (!contacts) return NO_CONTACTS;
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
      presets: names.presets,
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
