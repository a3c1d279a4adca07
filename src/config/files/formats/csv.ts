/** CSV files, with the line of every row. */
import { type CsvError, parse } from "csv-parse/sync";
import type { ReportLine } from "./report-line.ts";
import type { Row, Rows } from "./rows.ts";

/** A row, with the line that it ends on. */
interface CsvRow extends Row {
  readonly place: number;
}

/**
 * Reads a CSV file; a row that has too few or too many fields is reported, and the others are kept. Fields are
 * trimmed; empty lines, rows of empty fields, as spreadsheets leave them, and lines that begin with # are passed over.
 */
export function readCsv(text: string, report: ReportLine): Rows | undefined {
  const records = text.includes('"') ? quotedRecords(text, report) : plainRecords(text);
  if (!records) return undefined;
  const [header, ...body] = records;
  const columns = header?.fields ?? [];
  const rows = body.flatMap(({ fields, place }): Row[] => {
    const fitting = fittingFields(fields, columns.length, place, report);
    return fitting ? [{ fields: fitting, place }] : [];
  });
  return { columns, place: header?.place ?? 1, rows, noun: "row" };
}

/** As many fields as there are columns; undefined where all are empty, and where that cannot be, which is reported. */
export function fittingFields(
  fields: readonly string[],
  columns: number,
  place: number,
  report: ReportLine,
): readonly string[] | undefined {
  const { length } = fields;
  if (fields.every((field) => field === "")) return undefined;
  if (length === columns) return fields;
  if (length > columns && fields.slice(columns).every((field) => field === ""))
    return fields.slice(0, columns);
  report(place, `this row has ${counted(length)}, but the header has ${counted(columns)}`);
  return undefined;
}

/** Reads a file without quotes, of which each line is a row: ten times as fast, and most files are such. */
function plainRecords(text: string): CsvRow[] {
  const records: CsvRow[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    records.push({ fields: line.split(",").map((field) => field.trim()), place: at + 1 });
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
    return records.map(({ record, info }) => ({ fields: record, place: info.lines }));
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

/** The place of a column by name, in upper or lower case; reported where there is none. */
export function columnNamed(
  name: string,
  { columns, place, noun }: Omit<Rows, "rows">,
  report: ReportLine,
): number | undefined {
  const at = columns.findIndex((column) => column.toLowerCase() === name);
  if (at >= 0) return at;
  if (noun === "object") {
    const keys = columns.length > 0 ? `their keys: ${columns.join(", ")}` : undefined;
    report(place, `the objects must have a key \`${name}\`, and none has`, undefined, keys);
    return undefined;
  }
  const hint =
    columns.length === 1 && /[;\t]/.test(columns[0] ?? "") ? "separate the columns with commas" : undefined;
  report(
    place,
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
