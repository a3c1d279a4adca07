/** Files of callers: text, one caller a line; CSV with a column `number`; JSON arrays of callers. */
import { type CallerMatcher, readCaller } from "../../../routing/callers/callers.ts";
import type { CountryCode } from "../../../routing/callers/phone.ts";
import { quickKey } from "../../../routing/callers/quick.ts";
import { CallersBuilder, sizeOf } from "../../../routing/callers/sets.ts";
import type { Callers } from "../../../routing/plan.ts";
import { columnNamed, readCsv } from "../../files/formats/csv.ts";
import { type FetchedText, formatOf } from "../../files/formats/format.ts";
import { kindOf, readJsonArray } from "../../files/formats/json/array.ts";
import { rowsIn } from "../../files/formats/json/rows.ts";
import { LineReports, type ReportLine } from "../../files/formats/report-line.ts";
import type { Row, Rows } from "../../files/formats/rows.ts";
import type { TellRead } from "../../files/remote.ts";
import { didYouMean, type Findings } from "../../findings/findings.ts";

/** A file of callers: its text, its name for messages, and how to read numbers written without `+`. */
export interface ListFile {
  readonly text: string;
  /** As messages name it. */
  readonly file: string;
  /** Undefined for a file of this machine, whose name tells its format. */
  readonly fetched: Omit<FetchedText, "text"> | undefined;
  readonly tellRead?: TellRead | undefined;
  readonly country: CountryCode | undefined;
  /** What is wrong with an entry that names something else, if that is not there. */
  readonly unknown: (matcher: CallerMatcher) => Problem | undefined;
}

/** Something wrong, and what may be meant. */
export interface Problem {
  readonly message: string;
  readonly hint: string | undefined;
}

/** Reads a file of callers; every line that names none is reported, and the others are kept. */
export function readListFile(list: ListFile, findings: Findings): Callers {
  const { text, file, fetched } = list;
  const reports = new LineReports(file, text, findings);
  const builder = new CallersBuilder();
  const byName = /\.csv$/i.test(file) ? "csv" : "lines";
  switch (fetched ? formatOf({ text, ...fetched }, reports.report) : byName) {
    case "lines":
      readLines(list, builder, reports);
      break;
    case "csv":
      readRows(readCsv(text, reports.report), list, builder, reports);
      break;
    case "json":
      readJson(list, builder, reports);
      break;
    case undefined:
      break;
  }
  const callers = builder.build();
  list.tellRead?.(sizeOf(callers), reports.errors);
  return callers;
}

/** Lines of numbers in E.164 form, which long lists are made of, are read where they stand. */
function readLines(list: ListFile, builder: CallersBuilder, reports: LineReports): void {
  const { text, country } = list;
  let line = 0;
  for (let start = 0; start < text.length && !reports.isFull(); ) {
    line++;
    const newLine = text.indexOf("\n", start);
    const end = newLine < 0 ? text.length : newLine;
    const key = quickKey(text, start, end, country);
    if (key !== undefined) builder.addNumber(key);
    else {
      const entry = text.slice(start, end).replace(COMMENT, "").trim();
      if (entry !== "") readEntry(entry, { place: line }, list, builder, reports.report);
    }
    start = end + 1;
  }
}

const COMMENT = /(?:^|\s)#.*$/;

function readEntry(
  entry: string,
  row: Pick<Row, "place">,
  { country, unknown }: ListFile,
  builder: CallersBuilder,
  report: ReportLine,
): void {
  const read = readCaller(entry, country);
  if ("problem" in read) {
    report(row.place, read.problem, entry, () => didYouMean(entry, read.near ?? []) ?? read.hint);
    return;
  }
  const problem = unknown(read.matcher);
  if (problem) {
    report(row.place, problem.message, entry, problem.hint);
    return;
  }
  if (read.warning) report(row.place, read.warning, entry, undefined, "warning");
  builder.add(read.matcher);
}

function readRows(
  rows: Rows | undefined,
  list: ListFile,
  builder: CallersBuilder,
  { report, isFull }: LineReports,
): void {
  // An empty array has no columns, and is in order.
  if (!rows || (rows.noun === "object" && rows.rows.length === 0)) return;
  const column = columnNamed("number", rows, report);
  if (column === undefined) return;
  for (const row of rows.rows) {
    if (isFull()) return;
    const entry = row.fields[column] ?? "";
    if (entry === "") report(row.place, `this ${rows.noun} has no number`);
    else addEntry(entry, row, list, builder, report);
  }
}

/** An array of texts or numbers; or of objects, each with a `number`. */
function readJson(list: ListFile, builder: CallersBuilder, reports: LineReports): void {
  const { text, fetched } = list;
  const { report } = reports;
  const array = readJsonArray(text, fetched?.at, report);
  if (!array) return;
  if (array.items.some((item) => typeof item === "object" && item !== null)) {
    readRows(rowsIn(array, report), list, builder, reports);
    return;
  }
  for (const [at, item] of array.items.entries()) {
    if (reports.isFull()) return;
    const entry = typeof item === "string" || typeof item === "number" ? String(item).trim() : "";
    const row = {
      get place() {
        return array.placeOf(at);
      },
    };
    if (entry === "") report(row.place, `this item names no caller: ${kindOf(item)}`);
    else addEntry(entry, row, list, builder, report);
  }
}

/** Numbers in E.164 form are taken as they stand; a place is asked for only where something is wrong. */
function addEntry(
  entry: string,
  row: Pick<Row, "place">,
  list: ListFile,
  builder: CallersBuilder,
  report: ReportLine,
): void {
  const key = quickKey(entry, 0, entry.length, list.country);
  if (key !== undefined) builder.addNumber(key);
  else readEntry(entry, row, list, builder, report);
}
