/** Rows with named columns, whatever they are written in: CSV, or a JSON array of flat objects. */
import type { LinePlace } from "./report-line.ts";

/** A table of texts. */
export interface Rows {
  /** The names of the columns, as written. */
  readonly columns: readonly string[];
  /** Where they are named, or the first row is. */
  readonly place: LinePlace;
  readonly rows: readonly Row[];
  /** What a row is called: a row, an object. */
  readonly noun: "row" | "object";
}

/** A row with as many fields as there are columns. */
export interface Row {
  readonly fields: readonly string[];
  /** Of a row that goes over several lines, the last. */
  readonly place: LinePlace;
}
