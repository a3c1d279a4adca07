/** Files of callers: text, one caller a line; CSV with a column `number`; JSON arrays of callers. */
import { type CallerMatcher, readCaller } from "../../../routing/callers/callers.ts";
import type { CountryCode } from "../../../routing/callers/phones/phone.ts";
import { NOT_QUICK, quickReader } from "../../../routing/callers/phones/quick.ts";
import { CallersBuilder, sizeOf } from "../../../routing/callers/sets.ts";
import type { Callers } from "../../../routing/plan.ts";
import { beginningOf, type Content, UnreadableError } from "../../files/content.ts";
import { isUtf16, lineText, type Unreadable } from "../../files/decode.ts";
import { columnNamed, readCsv } from "../../files/formats/csv.ts";
import { type FetchedText, formatOf } from "../../files/formats/format.ts";
import { kindOf, readJsonArray } from "../../files/formats/json/array.ts";
import { rowsIn } from "../../files/formats/json/rows.ts";
import { LineReports, linesIn, type ReportLine } from "../../files/formats/report-line.ts";
import type { Row, Rows } from "../../files/formats/rows.ts";
import { eachLine, endsAt } from "../../files/lines.ts";
import type { TellRead } from "../../files/remote.ts";
import { didYouMean, type Findings } from "../../findings/findings.ts";

/** A file of callers: what it holds, its name for messages, and how to read numbers written without `+`. */
export interface ListFile {
  readonly content: Content;
  /** As messages name it. */
  readonly file: string;
  /** Undefined for a file of this machine, whose name tells its format. */
  readonly fetched: Fetched | undefined;
  readonly tellRead?: TellRead | undefined;
  readonly country: CountryCode | undefined;
  /** What is wrong with an entry that names something else, if that is not there. */
  readonly unknown: (matcher: CallerMatcher) => Problem | undefined;
}

type Fetched = Omit<FetchedText, "text">;

/** Something wrong, and what may be meant. */
export interface Problem {
  readonly message: string;
  readonly hint: string | undefined;
}

/** Reads a file of callers; every line that names none is reported, and the others are kept. */
export function readListFile(list: ListFile, findings: Findings): ListRead {
  try {
    return list.fetched ? readFetched(list, list.fetched, findings) : readNamed(list, findings);
  } catch (error) {
    if (error instanceof UnreadableError) return { problem: error.message };
    throw error;
  }
}

/** The callers in a file, or why it cannot be read. */
export type ListRead = { readonly callers: Callers } | Unreadable;

function readNamed(list: ListFile, findings: Findings): ListRead {
  return /\.csv$/i.test(list.file) ? readWhole(list, "csv", findings) : readLines(list, findings);
}

function readFetched(list: ListFile, fetched: Fetched, findings: Findings): ListRead {
  const text = beginningOf(list.content);
  const reports = new LineReports(list.file, linesIn(text), findings);
  const format = formatOf({ text, ...fetched }, reports.report);
  if (format === "csv" || format === "json") return readWhole(list, format, findings);
  if (format === "lines") return readLines(list, findings);
  return { callers: built(new CallersBuilder(), list, reports) };
}

function readWhole(list: ListFile, format: "csv" | "json", findings: Findings): ListRead {
  const read = list.content.text();
  if ("problem" in read) return read;
  const { text } = read;
  const reports = new LineReports(list.file, linesIn(text), findings);
  const builder = new CallersBuilder();
  if (format === "csv") readRows(readCsv(text, reports.report), list, builder, reports);
  else readJson(text, list, builder, reports);
  return { callers: built(builder, list, reports) };
}

function built(builder: CallersBuilder, { content, tellRead }: ListFile, reports: LineReports): Callers {
  const callers = builder.build(content.pause);
  tellRead?.(sizeOf(callers), reports.errors);
  return callers;
}

/**
 * Lines of nothing but a number in a usual form (quick.ts), which long lists are made of, are read where they stand, and a
 * long file is never in memory as a whole.
 */
function readLines(list: ListFile, findings: Findings): ListRead {
  const { content, file, country } = list;
  const builder = new CallersBuilder(Math.ceil(content.bytes / SHORTEST_LINE));
  const quick = quickReader(country);
  let line = 0;
  let written = "";
  const reports = new LineReports(file, () => written, findings);
  let isText = true;
  const takeLine = (bytes: Uint8Array, start: number, end: number): boolean => {
    line++;
    const isOther = line === 1 && isUtf16(bytes.subarray(start, start + 4));
    const text = isOther ? undefined : lineText(bytes.subarray(start, end));
    isText = text !== undefined;
    written = text ?? "";
    const entry = written.replace(COMMENT, "").trim();
    if (entry !== "") addEntry(entry, { place: line }, list, builder, reports.report);
    return isText && !reports.isFull();
  };
  eachLine(content.pieces(), takeLine, (bytes, start) => {
    const end = quick.read(bytes, start, bytes.length);
    if (end === NOT_QUICK || !endsAt(bytes, end)) return NOT_QUICK;
    line++;
    builder.addNumber(quick.key);
    return end;
  });
  // What is wrong with the bytes, and where, is said of the file as a whole.
  const whole = isText ? undefined : content.text();
  return whole && "problem" in whole ? whole : { callers: built(builder, list, reports) };
}

/** Of a line with a number in E.164 form, in bytes, and what ends it: most are longer. */
const SHORTEST_LINE = 9;

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
function readJson(text: string, list: ListFile, builder: CallersBuilder, reports: LineReports): void {
  const { fetched } = list;
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

/** Numbers in a usual form are taken as they stand; a place is asked for only where something is wrong. */
function addEntry(
  entry: string,
  row: Pick<Row, "place">,
  list: ListFile,
  builder: CallersBuilder,
  report: ReportLine,
): void {
  const key = quickReader(list.country).keyOf(entry);
  if (key !== undefined) builder.addNumber(key);
  else readEntry(entry, row, list, builder, report);
}
