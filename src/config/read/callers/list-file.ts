/** Files of callers: text, one caller a line, or CSV with a column `number`. */
import { type CallerMatcher, readCaller } from "../../../routing/callers/callers.ts";
import type { CountryCode } from "../../../routing/callers/phone.ts";
import { quickKey } from "../../../routing/callers/quick.ts";
import { CallersBuilder } from "../../../routing/callers/sets.ts";
import type { Callers } from "../../../routing/plan.ts";
import { columnNamed, readCsv } from "../../files/csv.ts";
import { LineReports, type ReportLine } from "../../files/report-line.ts";
import { didYouMean, type Findings } from "../../findings/findings.ts";

/** A file of callers: its text, its name for messages, and how to read numbers written without `+`. */
export interface ListFile {
  readonly text: string;
  /** As messages name it. */
  readonly file: string;
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
  const { text, file } = list;
  const reports = new LineReports(file, text, findings);
  const builder = new CallersBuilder();
  if (/\.csv$/i.test(file)) readCsvEntries(list, builder, reports);
  else readLines(list, builder, reports);
  return builder.build();
}

/** Lines of numbers in E.164 form, which long lists are made of, are read where they stand. */
function readLines(list: ListFile, builder: CallersBuilder, reports: LineReports): void {
  const { text, country } = list;
  let line = 0;
  for (let start = 0; start < text.length && !reports.isFull; ) {
    line++;
    const newLine = text.indexOf("\n", start);
    const end = newLine < 0 ? text.length : newLine;
    const key = quickKey(text, start, end, country);
    if (key !== undefined) builder.addNumber(key);
    else {
      const entry = text.slice(start, end).replace(COMMENT, "").trim();
      if (entry !== "") readEntry(entry, line, list, builder, reports.report);
    }
    start = end + 1;
  }
}

const COMMENT = /(?:^|\s)#.*$/;

function readEntry(
  entry: string,
  line: number,
  { country, unknown }: ListFile,
  builder: CallersBuilder,
  report: ReportLine,
): void {
  const read = readCaller(entry, country);
  if ("problem" in read) {
    report(line, read.problem, entry, () => didYouMean(entry, read.near ?? []) ?? read.hint);
    return;
  }
  const problem = unknown(read.matcher);
  if (problem) {
    report(line, problem.message, entry, problem.hint);
    return;
  }
  if (read.warning) report(line, read.warning, entry, undefined, "warning");
  builder.add(read.matcher);
}

function readCsvEntries(list: ListFile, builder: CallersBuilder, reports: LineReports): void {
  const { report } = reports;
  const csv = readCsv(list.text, report);
  const column = csv && columnNamed("number", csv, report);
  if (!csv || column === undefined) return;
  for (const { fields, line } of csv.rows) {
    if (reports.isFull) return;
    const entry = fields[column] ?? "";
    const key = quickKey(entry, 0, entry.length, list.country);
    if (key !== undefined) builder.addNumber(key);
    else if (entry === "") report(line, "this row has no number");
    else readEntry(entry, line, list, builder, report);
  }
}
