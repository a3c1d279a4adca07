/** JSON arrays of flat objects, read as rows. */
import type { LinePlace, ReportLine } from "../report-line.ts";
import type { Row, Rows } from "../rows.ts";
import { type JsonArray, kindOf, readJsonArray } from "./array.ts";

/**
 * Reads a JSON array of flat objects: every key that one of them has is a column. Numbers, `true` and `false` become
 * text, `null` and what is missing empty text. Columns that hold arrays or objects are left out, with a warning.
 *
 * @param at where in the JSON the array is; undefined: the whole is one
 */
export function readJsonRows(text: string, at: string | undefined, report: ReportLine): Rows | undefined {
  const array = readJsonArray(text, at, report);
  return array && rowsIn(array, report);
}

/** {@link readJsonRows} of an array. */
export function rowsIn(array: JsonArray, report: ReportLine): Rows {
  const objects: { readonly item: number; readonly object: Readonly<Record<string, unknown>> }[] = [];
  const columns = new Map<string, number>();
  const nested = new Set<string>();
  for (const [item, object] of array.items.entries()) {
    if (typeof object !== "object" || object === null || Array.isArray(object)) {
      report(array.placeOf(item), `every item of the array must be an object, found ${kindOf(object)}`);
      continue;
    }
    objects.push({ item, object: object as Readonly<Record<string, unknown>> });
    for (const [key, value] of Object.entries(object)) {
      if (!columns.has(key)) columns.set(key, columns.size);
      if (typeof value !== "object" || value === null || nested.has(key)) continue;
      nested.add(key);
      const message = `\`${key}\` is left out: it holds ${kindOf(value)}, and a column holds text`;
      report(array.placeOf(item), message, `"${key}"`, undefined, "warning");
    }
  }
  const flat = [...columns.keys()].filter((key) => !nested.has(key));
  const rows = objects.map(({ item, object }): Row => {
    return new ObjectRow(
      flat.map((key) => fieldText(object[key])),
      () => array.placeOf(item),
    );
  });
  return { columns: flat, place: 1, rows, noun: "object" };
}

/** A row whose place is looked for when it is needed. */
class ObjectRow implements Row {
  readonly fields: readonly string[];
  readonly #place: () => LinePlace;

  constructor(fields: readonly string[], place: () => LinePlace) {
    this.fields = fields;
    this.#place = place;
  }

  get place(): LinePlace {
    return this.#place();
  }
}

function fieldText(value: unknown): string {
  return value === undefined || value === null ? "" : String(value).trim();
}
