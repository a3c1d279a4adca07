/** Files of callers: text, one caller a line, or CSV with a column `number`. */
import { type CallerMatcher, readCaller } from "../routing/callers.ts";
import type { CountryCode } from "../routing/phone.ts";
import { columnNamed, lineReporter, type ReportLine, readCsv } from "./csv.ts";
import { didYouMean, type Findings } from "./findings.ts";

/** A file of callers: its text, its name for messages, and how to read numbers written without `+`. */
export interface ListFile {
  readonly text: string;
  /** As messages name it. */
  readonly file: string;
  readonly country: CountryCode | undefined;
}

/** Reads a file of callers; every line that names none is reported, and the others are kept. */
export function readListFile({ text, file, country }: ListFile, findings: Findings): CallerMatcher[] {
  const report = lineReporter(file, text, findings);
  const entries = /\.csv$/i.test(file) ? entriesOfCsv(text, report) : entriesOfLines(text);
  return entries.flatMap(({ entry, line }) => {
    const read = readCaller(entry, country);
    if ("matcher" in read) return [read.matcher];
    report(line, read.problem, entry, didYouMean(entry, read.near ?? []));
    return [];
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
  const column = csv && columnNamed("number", csv.columns, report);
  if (!csv || column === undefined) return [];
  return csv.rows.flatMap(({ fields, line }) => {
    const entry = fields[column];
    if (entry) return [{ entry, line }];
    report(line, "this row has no number");
    return [];
  });
}
