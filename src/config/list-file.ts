/** Files of callers: text, one caller a line, or CSV with a column `number`. */
import { type CsvError, parse } from "csv-parse/sync";
import { type CallerMatcher, readCaller } from "../routing/callers.ts";
import type { CountryCode } from "../routing/phone.ts";
import { didYouMean, type Findings, quote } from "./findings.ts";

/** A file of callers: its text, its name for messages, and how to read numbers written without `+`. */
export interface ListFile {
  readonly text: string;
  /** As messages name it. */
  readonly file: string;
  readonly country: CountryCode | undefined;
  /** The names in `[lists]`, which an entry may refer to. */
  readonly lists: ReadonlySet<string>;
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
  let lastLine = 0;
  try {
    rows = parse(list.text, {
      info: true,
      trim: true,
      skip_empty_lines: true,
      comment: "#",
      comment_no_infix: true,
      relax_column_count: true,
      on_record: (row, { lines: line }) => {
        lastLine = line;
        return row;
      },
    }) as unknown as CsvRow[];
  } catch (error) {
    // The only errors left are those of quoting, after which nothing in the file can be told apart.
    const { code, lines: line = 1 } = error as CsvError & { lines?: number };
    if (code === "CSV_QUOTE_NOT_CLOSED") {
      fail(lastLine + 1, "this is not CSV: a quote is opened here or below, and never closed");
    } else {
      const hint = 'a field with quotes in it is written so: "John ""Jack"" Doe"';
      fail(line, "this is not CSV: a quote stands in the middle of a field", hint);
    }
    return [];
  }

  const [header, ...body] = rows;
  const columns = header?.record.map((name) => name.toLowerCase()) ?? [];
  const column = columns.indexOf("number");
  if (!header || column < 0) {
    fail(
      header?.info.lines ?? 1,
      "the first line of a CSV file must name its columns, one of them `number`",
      columns.length === 1 && /[;\t]/.test(columns[0] ?? "") ? "columns are separated by commas" : undefined,
    );
    return [];
  }
  return body.flatMap(({ record, info }) => {
    if (record.length !== columns.length) {
      fail(info.lines, `this row has ${fields(record.length)}, and the header has ${fields(columns.length)}`);
      return [];
    }
    const entry = record[column] ?? "";
    const line = lines[info.lines - 1] ?? "";
    if (entry !== "") return readEntry(entry, { line, number: info.lines }, list, findings);
    fail(info.lines, "this row has no number");
    return [];
  });
}

/** `1 field`, `3 fields` */
function fields(count: number): string {
  return `${count} ${count === 1 ? "field" : "fields"}`;
}

function readEntry(
  entry: string,
  place: { readonly line: string; readonly number: number },
  list: ListFile,
  findings: Findings,
): CallerMatcher[] {
  const read = readCaller(entry, list.country);
  if ("matcher" in read && isKnown(read.matcher, list)) return [read.matcher];
  const [problem, near] =
    "matcher" in read
      ? [`there is no list ${quote(entry.slice(1))} in [lists]`, [...list.lists].map((name) => `@${name}`)]
      : [read.problem, read.near ?? []];
  findings.errorInFile(
    {
      file: list.file,
      line: place.number,
      column: Math.max(0, place.line.indexOf(entry)) + 1,
      length: entry.length,
      excerpt: place.line,
    },
    problem,
    didYouMean(entry, near),
  );
  return [];
}

function isKnown(matcher: CallerMatcher, { lists }: ListFile): boolean {
  return matcher.kind !== "list" || lists.has(matcher.list);
}
