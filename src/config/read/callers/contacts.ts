/** Files of contacts: CSV or JSON with a column `number`, perhaps `agent` and `presets`, and any others. */
import { keyText } from "../../../routing/callers/canonical.ts";
import { type CountryCode, type E164, readNumber } from "../../../routing/callers/phone.ts";
import { quickKeyOf } from "../../../routing/callers/quick.ts";
import type { Agent, Contact, ContactsPlan } from "../../../routing/plan.ts";
import { columnNamed, readCsv } from "../../files/formats/csv.ts";
import { type FetchedText, formatOf } from "../../files/formats/format.ts";
import { readJsonRows } from "../../files/formats/json/rows.ts";
import { LineReports, lineOf, linesIn, type ReportLine } from "../../files/formats/report-line.ts";
import type { Row, Rows } from "../../files/formats/rows.ts";
import type { TellRead } from "../../files/remote.ts";
import { didYouMean, type Findings } from "../../findings/findings.ts";
import type { AgentReading, Names } from "../references.ts";

/** What contacts are read with. */
export interface ContactsContext {
  readonly country: CountryCode | undefined;
  readonly names: Names;
  /** The agent of a name or an id, or what is wrong with it. */
  readonly agent: (text: string) => AgentReading;
  readonly findings: Findings;
}

/** A file of contacts: its text, and its name for messages. */
export interface ContactsFile {
  readonly file: string;
  readonly text: string;
  /** Undefined for a file of this machine, which is CSV. */
  readonly fetched: Omit<FetchedText, "text"> | undefined;
  readonly tellRead: TellRead | undefined;
}

/**
 * Reads files of contacts into one; what one of them lacks of the others' columns is empty.
 *
 * A number that is in two files of this machine, or twice in one, is an error. What was fetched is nobody's to correct
 * here: a number that a file has too is the file's, and of one that is there twice the first counts, with a warning.
 *
 * @param areAll whether these are all the files that there are to be
 * @returns the plan, and whether its columns are all there will be
 */
export function readContacts(
  files: readonly ContactsFile[],
  variables: readonly string[],
  areAll: boolean,
  context: ContactsContext,
): { readonly plan: ContactsPlan; readonly isWhole: boolean } {
  const columns = new Map<string, number>();
  const contacts: Contact[] = [];
  const places = new Map<string, ContactPlace>();
  let isWhole = areAll;
  for (const named of files) {
    const { file, text, fetched, tellRead } = named;
    const reports = new LineReports(file, linesIn(text), context.findings);
    const { report } = reports;
    const csv = readRows(named, report);
    // An empty array is in order, and does not tell its columns.
    const isBare = csv?.noun === "object" && csv.rows.length === 0;
    const numberAt = csv && !isBare ? columnNamed("number", csv, report) : undefined;
    if (!csv || numberAt === undefined) {
      isWhole = false;
      tellRead?.(0, reports.errors);
      continue;
    }
    const repeated: { readonly row: Row; readonly number: string }[] = [];
    // Spreadsheets leave columns without a name at the end.
    const twice = csv.columns.find((column, at) => column !== "" && csv.columns.indexOf(column) !== at);
    if (twice !== undefined)
      report(csv.place, `two columns are named ${context.findings.quote(twice)}`, twice);
    for (const column of csv.columns) if (!columns.has(column)) columns.set(column, columns.size);

    const find = (name: string) => csv.columns.findIndex((column) => column.toLowerCase() === name);
    const [agentAt, presetsAt] = [find("agent"), find("presets")];
    for (const row of csv.rows) {
      if (reports.isFull()) break;
      const { fields } = row;
      const written = fields[numberAt] ?? "";
      const number = numberOf(written, row, csv.noun, context, report);
      if (!number) continue;
      const first = places.get(number);
      if (first && fetched) {
        if (first.file === file) repeated.push({ row, number: written });
        continue;
      }
      if (first) {
        const place = `${first.file}:${lineOf(first.row.place)}`;
        report(row.place, `${written} is already the number of another contact, at ${place}`, written);
        continue;
      }
      places.set(number, { file, row });
      const values: string[] = [];
      for (const [at, column] of csv.columns.entries()) values[columns.get(column) ?? 0] = fields[at] ?? "";
      contacts.push({
        number,
        values: Array.from(values, (value) => value ?? ""),
        agent: agentOf(fields[agentAt] ?? "", row, context, report),
        presets: presetsOf(fields[presetsAt] ?? "", row, context, report),
      });
    }
    warnOfRepeated(repeated, report);
    tellRead?.(csv.rows.length, reports.errors);
  }
  // Agents must have the variables of columns that are still to come, too: empty.
  if (!isWhole) for (const name of variables) if (!columns.has(name)) columns.set(name, columns.size);
  const plan = {
    columns: [...columns.keys()],
    variables: variables.filter((name) => columns.has(name)),
    contacts,
  };
  return { plan, isWhole };
}

/** So many numbers that are there twice are named. */
const MOST_NAMED = 5;

function warnOfRepeated(
  repeated: readonly { readonly row: Row; readonly number: string }[],
  report: ReportLine,
): void {
  const [first] = repeated;
  if (!first) return;
  const named = repeated.slice(0, MOST_NAMED).map(({ number }) => number);
  const more = repeated.length > named.length ? ` and ${repeated.length - named.length} more` : "";
  const message = `${named.join(", ")}${more}: the number of a contact already; the first contact of each is used`;
  report(first.row.place, message, first.number, undefined, "warning");
}

/** Where a contact was first. */
interface ContactPlace {
  readonly file: string;
  readonly row: Row;
}

function readRows({ text, fetched }: ContactsFile, report: ReportLine): Rows | undefined {
  const format = fetched ? formatOf({ text, ...fetched }, report) : "csv";
  switch (format) {
    case "json":
      return readJsonRows(text, fetched?.at, report);
    case "csv":
    case "lines":
      return readCsv(text, report);
    case undefined:
      return undefined;
  }
}

function numberOf(
  text: string,
  row: Row,
  noun: Rows["noun"],
  { country, findings }: ContactsContext,
  report: ReportLine,
): E164 | undefined {
  const key = quickKeyOf(text, country);
  if (key !== undefined) return keyText(key) as E164;
  if (text === "") {
    report(row.place, `this ${noun} has no number`);
    return undefined;
  }
  const read = readNumber(text, country);
  if ("number" in read) {
    if (read.warning) report(row.place, read.warning, text, undefined, "warning");
    return read.number;
  }
  const hint = () => didYouMean(text, read.near ?? []);
  report(row.place, `${findings.quote(text)} is not a number: ${read.problem}`, text, hint);
  return undefined;
}

function agentOf(text: string, row: Row, { agent }: ContactsContext, report: ReportLine): Agent | undefined {
  if (text === "") return undefined;
  const read = agent(text);
  if ("agent" in read) return read.agent;
  report(row.place, read.problem, text, read.hint);
  return undefined;
}

function presetsOf(
  text: string,
  row: Row,
  { names: known, findings }: ContactsContext,
  report: ReportLine,
): string[] {
  const names = text
    .split(";")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  for (const name of names) {
    if (!known.has("presets", name)) {
      const message = `there is no preset ${findings.quote(name)} in [presets]`;
      report(row.place, message, name, didYouMean(name, known.in("presets")));
    }
  }
  return names.filter((name) => known.has("presets", name));
}
