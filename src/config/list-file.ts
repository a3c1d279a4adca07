/** Files of callers: text, one caller a line, or CSV with a column `number`. */
import { type CsvError, parse } from "csv-parse/sync";
import { type CallerMatcher, readCaller } from "../routing/callers.ts";
import type { CountryCode } from "../routing/phone.ts";
import type { Findings } from "./findings.ts";

/** A file of callers: its text, its name for messages, and how to read numbers written without `+`. */
export interface ListFile {
  readonly text: string;
  /** As messages name it. */
  readonly file: string;
  readonly country: CountryCode | undefined;
}

/** Reads a file of callers; every line that names none is reported, and the others are kept. */
export function readListFile(list: ListFile, findings: Findings): CallerMatcher[] {
  return /\.csv$/i.test(list.file) ? readCsv(list, findings) : readLines(list, findings);
}

function readLines(list: ListFile, findings: Findings): CallerMatcher[] {
  return list.text.split("\n").flatMap((line, at) => {
    const entry = line.replace(/(^|\s)#.*$/, "").trim();
    if (entry === "") return [];
    return readEntry(entry, { line, number: at + 1 }, list, findings);
  });
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function readCsv(list: ListFile, findings: Findings): CallerMatcher[] {
  const lines = list.text.split("\n");
  const fail = (lineNumber: number, message: string, hint?: string) => {
    const excerpt = lines[lineNumber - 1] ?? "";
    findings.errorInFile(
      { file: list.file, line: lineNumber, column: 1, length: Math.max(1, excerpt.length), excerpt },
      message,
      hint,
    );
  };

  let rows: CsvRow[];
  try {
    rows = parse(list.text, {
      info: true,
      trim: true,
      skip_empty_lines: true,
      comment: "#",
      comment_no_infix: true,
      relax_column_count: true,
    }) as unknown as CsvRow[];
  } catch (error) {
    // The only errors left are those of quoting, after which nothing in the file can be told apart.
    fail((error as CsvError & { lines?: number }).lines ?? 1, `this is not CSV: ${(error as Error).message}`);
    return [];
  }

  const [header, ...body] = rows;
  const columns = header?.record.map((name) => name.toLowerCase()) ?? [];
  const column = columns.indexOf("number");
  if (!header || column < 0) {
    fail(header?.info.lines ?? 1, "the first line of a CSV file must name its columns, one of them `number`");
    return [];
  }
  return body.flatMap(({ record, info }) => {
    if (record.length !== columns.length) {
      fail(info.lines, `this row has ${record.length} fields, and the header has ${columns.length}`);
      return [];
    }
    const entry = record[column] ?? "";
    const line = lines[info.lines - 1] ?? "";
    if (entry !== "") return readEntry(entry, { line, number: info.lines }, list, findings);
    fail(info.lines, "this row has no number");
    return [];
  });
}

function readEntry(
  entry: string,
  place: { readonly line: string; readonly number: number },
  list: ListFile,
  findings: Findings,
): CallerMatcher[] {
  const read = readCaller(entry, list.country);
  if ("matcher" in read) return [read.matcher];
  findings.errorInFile(
    {
      file: list.file,
      line: place.number,
      column: Math.max(0, place.line.indexOf(entry)) + 1,
      length: entry.length,
      excerpt: place.line,
    },
    read.problem,
  );
  return [];
}
