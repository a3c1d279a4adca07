/** CSV files, with the line of every row. */
import { type CsvError, parse } from "csv-parse/sync";
import type { Findings } from "../findings/findings.ts";

/** A CSV file with a header. */
export interface CsvFile {
  /** The names of the columns, as written. */
  readonly columns: readonly string[];
  /** The line of the header, from 1. */
  readonly line: number;
  readonly rows: readonly CsvRow[];
}

/** A row with as many fields as there are columns. */
export interface CsvRow {
  readonly fields: readonly string[];
  /** From 1; of a row that goes over several lines, the last. */
  readonly line: number;
}

/** Reports something wrong on a line of a text file, with a caret under `part` or the whole line. */
export type ReportLine = (line: number, message: string, part?: string, hint?: string) => void;

/** Reports what is wrong in a text file. @param file as messages name it */
export function lineReporter(file: string, text: string, findings: Findings): ReportLine {
  const lines = text.split("\n");
  return (line, message, part, hint) => {
    const excerpt = lines[line - 1] ?? "";
    const at = part ? Math.max(0, excerpt.indexOf(part)) : 0;
    const length = Math.max(1, part && excerpt.includes(part) ? part.length : excerpt.length);
    findings.errorInFile({ file, line, column: at + 1, length, excerpt }, message, hint);
  };
}

/**
 * Reads a CSV file; a row that has too few or too many fields is reported, and the others are kept. Fields are
 * trimmed, empty lines and lines that begin with # are passed over.
 */
export function readCsv(text: string, report: ReportLine): CsvFile | undefined {
  let lastLine = 0;
  let records: { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, {
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
    }) as unknown as typeof records;
  } catch (error) {
    // The only errors left are those of quoting, after which nothing in the file can be told apart.
    const { code, lines: line = 1 } = error as CsvError & { lines?: number };
    if (code === "CSV_QUOTE_NOT_CLOSED") {
      report(lastLine + 1, "this is not CSV: a quote is opened here or below, and never closed");
    } else {
      const hint = 'a field with quotes in it is written so: "John ""Jack"" Doe"';
      report(line, "this is not CSV: a quote stands in the middle of a field", undefined, hint);
    }
    return undefined;
  }
  const [header, ...body] = records;
  const columns = header?.record ?? [];
  const rows = body.flatMap(({ record, info }) => {
    if (record.length === columns.length) return [{ fields: record, line: info.lines }];
    report(info.lines, `this row has ${fields(record.length)}, and the header has ${fields(columns.length)}`);
    return [];
  });
  return { columns, line: header?.info.lines ?? 1, rows };
}

/** The place of a column by name, in any case; reported where there is none. */
export function columnNamed(
  name: string,
  { columns, line }: CsvFile,
  report: ReportLine,
): number | undefined {
  const at = columns.findIndex((column) => column.toLowerCase() === name);
  if (at >= 0) return at;
  const hint =
    columns.length === 1 && /[;\t]/.test(columns[0] ?? "") ? "columns are separated by commas" : undefined;
  report(
    line,
    `the first line of a CSV file must name its columns, one of them \`${name}\``,
    undefined,
    hint,
  );
  return undefined;
}

/** `1 field`, `3 fields` */
function fields(count: number): string {
  return `${count} ${count === 1 ? "field" : "fields"}`;
}
