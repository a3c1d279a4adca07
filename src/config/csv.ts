/** CSV files, with the line of every row. */
import { type CsvError, parse } from "csv-parse/sync";
import type { Findings } from "./findings.ts";

/** A CSV file with a header. */
export interface CsvFile {
  /** The names of the columns, as written. */
  readonly columns: readonly string[];
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
  let records: { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, {
      info: true,
      trim: true,
      skip_empty_lines: true,
      comment: "#",
      comment_no_infix: true,
      relax_column_count: true,
    }) as unknown as typeof records;
  } catch (error) {
    // The only errors left are those of quoting, after which nothing in the file can be told apart.
    report(
      (error as CsvError & { lines?: number }).lines ?? 1,
      `this is not CSV: ${(error as Error).message}`,
    );
    return undefined;
  }
  const [header, ...body] = records;
  const columns = header?.record ?? [];
  const rows = body.flatMap(({ record, info }) => {
    if (record.length === columns.length) return [{ fields: record, line: info.lines }];
    report(info.lines, `this row has ${record.length} fields, and the header has ${columns.length}`);
    return [];
  });
  return { columns, rows };
}

/** The place of a column by name, in any case; reported where there is none. */
export function columnNamed(
  name: string,
  columns: readonly string[],
  report: ReportLine,
): number | undefined {
  const at = columns.findIndex((column) => column.toLowerCase() === name);
  if (at >= 0) return at;
  report(1, `the first line must name the columns, one of them \`${name}\``);
  return undefined;
}
