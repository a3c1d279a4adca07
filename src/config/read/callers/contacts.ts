/** Files of contacts: CSV or JSON with a column `number`, perhaps `agent` and `presets`, and any others. */
import { keyText } from "../../../routing/callers/canonical.ts";
import { type CountryCode, type E164, readNumber } from "../../../routing/callers/phone.ts";
import { quickKey } from "../../../routing/callers/quick.ts";
import type { Agent, Contact, ContactsPlan } from "../../../routing/plan.ts";
import { columnNamed, readCsv } from "../../files/csv.ts";
import { type FetchedText, formatOf } from "../../files/format.ts";
import { readJsonRows } from "../../files/json/rows.ts";
import { LineReports, lineOf, type ReportLine } from "../../files/report-line.ts";
import type { Row, Rows } from "../../files/rows.ts";
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
  /** Is told how many contacts it has. */
  readonly counted?: (contacts: number) => void;
}

/**
 * Reads files of contacts into one; what one of them lacks of the others' columns is empty.
 *
 * A number that is in two files of this machine, or twice in one, is an error. What was fetched is nobody's to correct
 * here: a number that a file has too is the file's, and of one that is there twice the first counts, with a warning.
 *
 * @param areAll whether nothing that is to be fetched is missing
 */
export function readContacts(
  files: readonly ContactsFile[],
  variables: readonly string[],
  areAll: boolean,
  context: ContactsContext,
): ContactsPlan {
  const columns = new Map<string, number>();
  const contacts: Contact[] = [];
  const places = new Map<string, ContactPlace>();
  for (const named of files) {
    const { file, text, fetched, counted } = named;
    const reports = new LineReports(file, text, context.findings);
    const { report } = reports;
    const csv = readRows(named, report);
    const numberAt = csv && columnNamed("number", csv, report);
    if (!csv || numberAt === undefined) continue;
    const before = contacts.length;
    const repeated: { readonly row: Row; readonly number: string }[] = [];
    // Spreadsheets leave columns without a name at the end.
    const twice = csv.columns.find((column, at) => column !== "" && csv.columns.indexOf(column) !== at);
    if (twice !== undefined)
      report(csv.place, `the column ${context.findings.quote(twice)} is there twice`, twice);
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
        report(row.place, `${written} is the number of a contact already, at ${place}`, written);
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
    counted?.(contacts.length - before);
    warnOfRepeated(repeated, report);
  }
  // Of columns that are still to come, agents must have the variables too: empty.
  if (!areAll || columns.size === 0) {
    for (const name of variables) if (!columns.has(name)) columns.set(name, columns.size);
  }
  const { size } = columns;
  return {
    columns: [...columns.keys()],
    variables: variables.filter((name) => columns.has(name)),
    contacts: contacts.map((contact) => ({ ...contact, values: filledUp(contact.values, size) })),
  };
}

/** Where a contact was first. */
interface ContactPlace {
  readonly file: string;
  readonly row: Row;
}

function readRows({ text, fetched }: ContactsFile, report: ReportLine): Rows | undefined {
  const format = fetched ? formatOf({ text, ...fetched }, report) : "csv";
  switch (format) {
    case "json": {
      const rows = readJsonRows(text, fetched?.at, report);
      // An empty array has no columns, and is in order.
      return rows && rows.rows.length === 0 && rows.columns.length === 0 ? { ...rows, columns: ["number"] } : rows;
    }
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
  const key = quickKey(text, 0, text.length, country);
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

function agentOf(
  text: string,
  row: Row,
  { agent }: ContactsContext,
  report: ReportLine,
): Agent | undefined {
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
