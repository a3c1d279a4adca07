/** Files of contacts: CSV with a column `number`, perhaps `agent` and `presets`, and any others. */
import { keyText } from "../../../routing/callers/canonical.ts";
import { type CountryCode, type E164, readNumber } from "../../../routing/callers/phone.ts";
import { quickKey } from "../../../routing/callers/quick.ts";
import type { Agent, Contact, ContactsPlan } from "../../../routing/plan.ts";
import { columnNamed, readCsv } from "../../files/csv.ts";
import { LineReports, type ReportLine } from "../../files/report-line.ts";
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
}

/** Reads files of contacts into one; what one of them lacks of the others' columns is empty. */
export function readContacts(
  files: readonly ContactsFile[],
  variables: readonly string[],
  context: ContactsContext,
): ContactsPlan {
  const columns = new Map<string, number>();
  const contacts: Contact[] = [];
  const places = new Map<string, string>();
  for (const { file, text } of files) {
    const reports = new LineReports(file, text, context.findings);
    const { report } = reports;
    const csv = readCsv(text, report);
    const numberAt = csv && columnNamed("number", csv, report);
    if (!csv || numberAt === undefined) continue;
    // Spreadsheets leave columns without a name at the end.
    const twice = csv.columns.find((column, at) => column !== "" && csv.columns.indexOf(column) !== at);
    if (twice !== undefined)
      report(csv.line, `two columns are named ${context.findings.quote(twice)}`, twice);
    for (const column of csv.columns) if (!columns.has(column)) columns.set(column, columns.size);

    const find = (name: string) => csv.columns.findIndex((column) => column.toLowerCase() === name);
    const [agentAt, presetsAt] = [find("agent"), find("presets")];
    for (const { fields, line } of csv.rows) {
      if (reports.isFull) break;
      const number = numberOf(fields[numberAt] ?? "", line, context, report);
      if (!number) continue;
      const place = `${file}:${line}`;
      const first = places.get(number);
      if (first !== undefined) {
        report(
          line,
          `${fields[numberAt]} is already the number of another contact, at ${first}`,
          fields[numberAt],
        );
        continue;
      }
      places.set(number, place);
      const values: string[] = [];
      for (const [at, column] of csv.columns.entries()) values[columns.get(column) ?? 0] = fields[at] ?? "";
      contacts.push({
        number,
        values: Array.from(values, (value) => value ?? ""),
        agent: agentOf(fields[agentAt] ?? "", line, context, report),
        presets: presetsOf(fields[presetsAt] ?? "", line, context, report),
      });
    }
  }
  return { columns: [...columns.keys()], variables: variables.filter((name) => columns.has(name)), contacts };
}

function numberOf(
  text: string,
  line: number,
  { country, findings }: ContactsContext,
  report: ReportLine,
): E164 | undefined {
  const key = quickKey(text, 0, text.length, country);
  if (key !== undefined) return keyText(key) as E164;
  if (text === "") {
    report(line, "this row has no number");
    return undefined;
  }
  const read = readNumber(text, country);
  if ("number" in read) {
    if (read.warning) report(line, read.warning, text, undefined, "warning");
    return read.number;
  }
  const hint = () => didYouMean(text, read.near ?? []);
  report(line, `${findings.quote(text)} is not a number: ${read.problem}`, text, hint);
  return undefined;
}

function agentOf(
  text: string,
  line: number,
  { agent }: ContactsContext,
  report: ReportLine,
): Agent | undefined {
  if (text === "") return undefined;
  const read = agent(text);
  if ("agent" in read) return read.agent;
  report(line, read.problem, text, read.hint);
  return undefined;
}

function presetsOf(
  text: string,
  line: number,
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
      report(line, message, name, didYouMean(name, known.in("presets")));
    }
  }
  return names.filter((name) => known.has("presets", name));
}
