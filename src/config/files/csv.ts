/** CSV files, with the line of every row. */
import { type CsvError, parse } from "csv-parse/sync";
import type { ReportLine } from "./report-line.ts";

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

/**
 * Reads a CSV file; a row that has too few or too many fields is reported, and the others are kept. Fields are
 * trimmed; empty lines, rows of empty fields, as spreadsheets leave them, and lines that begin with # are passed over.
 */
export function readCsv(text: string, report: ReportLine): CsvFile | undefined {
  const records = text.includes('"') ? quotedRecords(text, report) : plainRecords(text);
  if (!records) return undefined;
  const [header, ...body] = records;
  const columns = header?.fields ?? [];
  const rows = body.flatMap(({ fields, line }): CsvRow[] => {
    const { length } = fields;
    if (fields.every((field) => field === "")) return [];
    if (length === columns.length) return [{ fields, line }];
    if (length > columns.length && fields.slice(columns.length).every((field) => field === "")) {
      return [{ fields: fields.slice(0, columns.length), line }];
    }
    report(line, `this row has ${counted(length)}, but the header has ${counted(columns.length)}`);
    return [];
  });
  return { columns, line: header?.line ?? 1, rows };
}

/** Reads a file without quotes, of which each line is a row: ten times as fast, and most files are such. */
function plainRecords(text: string): CsvRow[] {
  const records: CsvRow[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    records.push({ fields: line.split(",").map((field) => field.trim()), line: at + 1 });
  }
  return records;
}

function quotedRecords(text: string, report: ReportLine): CsvRow[] | undefined {
  let lastLine = 0;
  try {
    const records = parse(text, {
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
    }) as unknown as { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
    return records.map(({ record, info }) => ({ fields: record, line: info.lines }));
  } catch (error) {
    // The only errors left are those of quoting, after which nothing in the file can be told apart.
    const { code, lines: line = 1 } = error as CsvError & { lines?: number };
    if (code === "CSV_QUOTE_NOT_CLOSED") {
      report(lastLine + 1, "this is not valid CSV: a quote that is opened here or below is never closed");
    } else {
      const hint = 'write a field that contains quotes like this: "John ""Jack"" Doe"';
      report(line, "this is not valid CSV: there is a quote in the middle of a field", undefined, hint);
    }
    return undefined;
  }
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
    columns.length === 1 && /[;\t]/.test(columns[0] ?? "") ? "separate the columns with commas" : undefined;
  report(
    line,
    `the first line of a CSV file must name its columns, one of them \`${name}\``,
    undefined,
    hint,
  );
  return undefined;
}

/** `1 field`, `3 fields` */
function counted(count: number): string {
  return `${count} ${count === 1 ? "field" : "fields"}`;
}
