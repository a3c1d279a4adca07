/** What a text is written in that came from a URL: neither its name nor what the server calls it need tell. */
import type { ReportLine } from "./report-line.ts";

/** The ways to write lists and contacts. */
export type Format = "lines" | "csv" | "json";

/** What comes from a URL, and how it is to be read. */
export interface FetchedText {
  readonly text: string;
  /** As the server called it, such as `text/csv`; or empty. */
  readonly type: string;
  /** The URL as messages show it. */
  readonly shown: string;
  /** Where in JSON the array is. */
  readonly at: string | undefined;
}

/**
 * The format of a text from a URL: JSON where it begins like an array or an object; CSV where its first line names a
 * column `number`, or where the URL or the server calls it CSV; else lines. Undefined where it is a web page, or `at`
 * asks for JSON and it is none, which is reported.
 */
export function formatOf({ text, type, shown, at }: FetchedText, report: ReportLine): Format | undefined {
  const first = firstLine(text);
  if (/^[[{]/.test(first)) return "json";
  if (/^<(?:!doctype|html|head|body|\?xml)/i.test(first)) {
    const message = "this is a web page, where there should be CSV, JSON or one caller a line";
    report(
      1,
      message,
      undefined,
      "open the URL in a private window: it may ask to log in, or not be published",
    );
    return undefined;
  }
  if (at !== undefined) {
    report(1, `this is not JSON, and \`at\` says where in JSON the array is: ${JSON.stringify(at)}`);
    return undefined;
  }
  const names = first.split(",").map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .toLowerCase(),
  );
  const isCalledCsv = type === "text/csv" || /\.csv(?:$|[?#])/i.test(shown);
  return isCalledCsv || names.includes("number") ? "csv" : "lines";
}

/** The first line with something on it that is no comment. */
function firstLine(text: string): string {
  const found = /^(?!#)[^\n]*\S[^\n]*/m.exec(text.slice(0, LONGEST_BEGINNING));
  return (found?.[0] ?? "").trim();
}

/** A format shows within so many characters. */
const LONGEST_BEGINNING = 65_536;
