/** Files of callers: text, one caller a line, or CSV with a column `number`. */
import { type CallerMatcher, readCaller } from "../../routing/callers/callers.ts";
import type { CountryCode } from "../../routing/callers/phone.ts";
import { columnNamed, lineReporter, type ReportLine, readCsv } from "../files/csv.ts";
import { didYouMean, type Findings } from "../findings/findings.ts";

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
export function readListFile(
  { text, file, country, unknown }: ListFile,
  findings: Findings,
): CallerMatcher[] {
  const report = lineReporter(file, text, findings);
  const entries = /\.csv$/i.test(file) ? entriesOfCsv(text, report) : entriesOfLines(text);
  return entries.flatMap(({ entry, line }) => {
    const read = readCaller(entry, country);
    const problem: Problem | undefined =
      "matcher" in read
        ? unknown(read.matcher)
        : { message: read.problem, hint: didYouMean(entry, read.near ?? []) };
    if (problem) report(line, problem.message, entry, problem.hint);
    return "matcher" in read && !problem ? [read.matcher] : [];
  });
}

interface ListEntry {
  readonly entry: string;
  /** From 1. */
  readonly line: number;
}

function entriesOfLines(text: string): ListEntry[] {
  return text.split("\n").flatMap((written, at) => {
    const entry = written.replace(/(^|\s)#.*$/, "").trim();
    return entry === "" ? [] : [{ entry, line: at + 1 }];
  });
}

function entriesOfCsv(text: string, report: ReportLine): ListEntry[] {
  const csv = readCsv(text, report);
  const column = csv && columnNamed("number", csv, report);
  if (!csv || column === undefined) return [];
  return csv.rows.flatMap(({ fields, line }) => {
    const entry = fields[column];
    if (entry) return [{ entry, line }];
    report(line, "this row has no number");
    return [];
  });
}
