/** Files of contacts: CSV or JSON with a column `number`, perhaps `agent` and `presets`, and any others. */
import { type ContactBook, ContactBookBuilder } from "../../../routing/callers/contact-book.ts";
import { quickReader } from "../../../routing/callers/phones/quick.ts";
import type { ContactsPlan } from "../../../routing/plan.ts";
import { beginningOf, contentOf } from "../../files/content.ts";
import { withLineFeeds } from "../../files/decode.ts";
import { columnNamed, fittingFields, readCsv } from "../../files/formats/csv.ts";
import { type FetchedText, type Format, formatOf } from "../../files/formats/format.ts";
import { readJsonRows } from "../../files/formats/json/rows.ts";
import { eachPlainRow, isPlainCsv, type PlainRow } from "../../files/formats/plain-csv.ts";
import {
  type LineAt,
  type LinePlace,
  LineReports,
  lineOf,
  linesIn,
  type ReportLine,
} from "../../files/formats/report-line.ts";
import type { Row, Rows } from "../../files/formats/rows.ts";
import type { TellRead } from "../../files/remote.ts";
import { agentOf, type ContactsContext, keyOf, presetsOf } from "./contact-texts.ts";

/** A file of contacts: what it holds, and its name for messages. */
export interface ContactsFile {
  readonly file: string;
  /** A text in UTF-8. */
  readonly bytes: Uint8Array;
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
  const reading = new ContactsReading(context);
  const areRead = files.map((file) => reading.read(file));
  const isWhole = areAll && areRead.every((isRead) => isRead);
  const { columns } = reading;
  // Agents must have the variables of columns that are still to come, too: empty.
  if (!isWhole) for (const name of variables) if (!columns.has(name)) columns.set(name, columns.size);
  const plan = {
    columns: [...columns.keys()],
    variables: variables.filter((name) => columns.has(name)),
    contacts: reading.build(),
  };
  return { plan, isWhole };
}

/** What is known of a file before its rows are read. */
type Table = Omit<Rows, "rows">;

/** Reads the rows of one file after the other. */
class ContactsReading {
  /** Of all files so far, with their places among the fields of a contact. */
  readonly columns = new Map<string, number>();
  readonly #context: ContactsContext;
  readonly #builder = new ContactBookBuilder();
  /** Where each contact stands. */
  readonly #lines: number[] = [];
  readonly #files: { readonly file: string; readonly from: number }[] = [];

  constructor(context: ContactsContext) {
    this.#context = context;
  }

  build(): ContactBook {
    return this.#builder.build();
  }

  /** Reads a file. @returns whether its columns are known */
  read(named: ContactsFile): boolean {
    const { file, bytes, fetched, tellRead } = named;
    let text: string | undefined;
    const whole = () => {
      text ??= withLineFeeds(new TextDecoder().decode(bytes));
      return text;
    };
    let lines: LineAt | undefined;
    const lineAt: LineAt = (line) => {
      lines ??= linesIn(whole());
      return lines(line);
    };
    const reports = new LineReports(file, lineAt, this.#context.findings);
    const format = fetched
      ? formatOf({ text: beginningOf(contentOf(bytes)), ...fetched }, reports.report)
      : "csv";
    this.#files.push({ file, from: this.#lines.length });
    const isPlain = (format === "csv" || format === "lines") && isPlainCsv(bytes);
    const entries = isPlain
      ? this.#readPlain(bytes, named, reports)
      : this.#readRows(rowsIn(whole, format, named, reports.report), named, reports);
    tellRead?.(entries ?? 0, reports.errors);
    return entries !== undefined;
  }

  /** @returns how many rows there are; undefined where the columns are not known */
  #readRows(rows: Rows | undefined, named: ContactsFile, reports: LineReports): number | undefined {
    // An empty array is in order, and does not tell its columns.
    if (!rows || (rows.noun === "object" && rows.rows.length === 0)) return undefined;
    const file = this.#begin(rows, named, reports);
    if (!file) return undefined;
    for (const row of rows.rows) {
      if (reports.isFull()) break;
      this.#add(row, file);
    }
    warnOfRepeated(file.repeated, reports.report);
    return rows.rows.length;
  }

  /** The same for CSV without quotes. Rows in which nothing is odd, as those of long files are, are taken as they stand. */
  #readPlain(bytes: Uint8Array, named: ContactsFile, reports: LineReports): number | undefined {
    let file: FileReading | undefined;
    let hasHeader = false;
    let entries = 0;
    eachPlainRow(bytes, (row) => {
      if (!hasHeader) {
        hasHeader = true;
        file = this.#begin({ columns: row.fields(), place: row.line, noun: "row" }, named, reports);
        return file !== undefined;
      }
      if (!file || reports.isFull()) return false;
      if (this.#addPlain(row, file)) entries++;
      else {
        const { line: place } = row;
        const fields = fittingFields(row.fields(), file.table.columns.length, place, reports.report);
        if (fields) {
          entries++;
          this.#add({ fields, place }, file);
        }
      }
      return true;
    });
    if (!hasHeader) this.#begin({ columns: [], place: 1, noun: "row" }, named, reports);
    if (file) warnOfRepeated(file.repeated, reports.report);
    return file && entries;
  }

  /** Takes the columns of a file; undefined where that has no `number`, which is reported. */
  #begin(table: Table, { fetched }: ContactsFile, reports: LineReports): FileReading | undefined {
    const { report } = reports;
    const number = columnNamed("number", table, report);
    if (number === undefined) return undefined;
    const { columns } = table;
    // Spreadsheets leave columns without a name at the end.
    const twice = columns.find((column, at) => column !== "" && columns.indexOf(column) !== at);
    if (twice !== undefined)
      report(table.place, `two columns are named ${this.#context.findings.quote(twice)}`, twice);
    for (const column of columns) if (!this.columns.has(column)) this.columns.set(column, this.columns.size);
    const find = (name: string) => columns.findIndex((column) => column.toLowerCase() === name);
    return {
      ...{ table, number, agent: find("agent"), presets: find("presets") },
      order: Array.from(this.columns.keys(), (column) => columns.lastIndexOf(column)),
      isFetched: fetched !== undefined,
      ...{ reports, repeated: [], assignments: new Map([["\0", 0]]) },
    };
  }

  #add({ fields, place }: Pick<Row, "fields" | "place">, file: FileReading): void {
    const { report } = file.reports;
    const row = { place };
    const written = fields[file.number] ?? "";
    const key = keyOf(written, row, file.table.noun, this.#context, report);
    if (key === undefined) return;
    const first = this.#builder.placeOf(key);
    if (first !== undefined) {
      this.#repeat(first, { place, number: written }, file);
      return;
    }
    const [agentText, presetsText] = [fields[file.agent] ?? "", fields[file.presets] ?? ""];
    const errors = file.reports.errors;
    const assignment = this.#builder.assignmentOf({
      agent: agentOf(agentText, row, this.#context, report),
      presets: presetsOf(presetsText, row, this.#context, report),
    });
    if (file.reports.errors === errors) file.assignments.set(`${agentText}\0${presetsText}`, assignment);
    this.#builder.begin(key, assignment);
    this.#lines.push(lineOf(place));
    for (const at of file.order) this.#builder.addText(fields[at] ?? "");
  }

  /** Takes a row as it stands. @returns whether it did: there may be something to say of others */
  #addPlain(row: PlainRow, file: FileReading): boolean {
    const { bytes, starts, ends, line } = row;
    if (!row.isPlain || row.count !== file.table.columns.length) return false;
    const quick = quickReader(this.#context.country);
    const key = quick.keyIn(bytes, starts[file.number] ?? 0, ends[file.number] ?? 0);
    if (key === undefined || this.#builder.placeOf(key) !== undefined) return false;
    const texts = [file.agent, file.presets].map((at) => (at < 0 ? "" : row.text(at)));
    const assignment = file.assignments.get(texts.join("\0"));
    if (assignment === undefined) return false;
    this.#builder.begin(key, assignment);
    this.#lines.push(line);
    for (const at of file.order) this.#builder.addBytes(bytes, starts[at] ?? 0, ends[at] ?? 0);
    return true;
  }

  #repeat(first: number, repeated: Repeated, { isFetched, reports, ...file }: FileReading): void {
    const own = this.#files.at(-1);
    if (isFetched) {
      if (first >= (own?.from ?? 0)) file.repeated.push(repeated);
      return;
    }
    const owner = this.#files.findLast(({ from }) => from <= first);
    const { place, number } = repeated;
    const where = `${owner?.file}:${this.#lines[first]}`;
    reports.report(place, `${number} is already the number of another contact, at ${where}`, number);
  }
}

/** A file whose rows are being read. */
interface FileReading {
  readonly table: Table;
  /** The places of columns; negative where there is none. */
  readonly number: number;
  readonly agent: number;
  readonly presets: number;
  /** For each column of all files so far its place in this one; negative where it has none. */
  readonly order: readonly number[];
  readonly isFetched: boolean;
  readonly reports: LineReports;
  readonly repeated: Repeated[];
  /** What texts for agent and presets that are in order mean, by both. */
  readonly assignments: Map<string, number>;
}

/** A row with a number that is a contact's already. */
interface Repeated {
  readonly place: LinePlace;
  readonly number: string;
}

/** So many numbers that are there twice are named. */
const MOST_NAMED = 5;

function warnOfRepeated(repeated: readonly Repeated[], report: ReportLine): void {
  const [first] = repeated;
  if (!first) return;
  const named = repeated.slice(0, MOST_NAMED).map(({ number }) => number);
  const more = repeated.length > named.length ? ` and ${repeated.length - named.length} more` : "";
  const message = `${named.join(", ")}${more}: the number of a contact already; the first contact of each is used`;
  report(first.place, message, first.number, undefined, "warning");
}

function rowsIn(
  text: () => string,
  format: Format | undefined,
  { fetched }: ContactsFile,
  report: ReportLine,
): Rows | undefined {
  switch (format) {
    case "json":
      return readJsonRows(text(), fetched?.at, report);
    case "csv":
    case "lines":
      return readCsv(text(), report);
    case undefined:
      return undefined;
  }
}
