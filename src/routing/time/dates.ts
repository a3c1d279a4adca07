/** Dates as a schedule's exceptions name them: one or a range, of one year or of every year. */

/** Which dates an exception is for, from the most specific to the least: an earlier kind wins over a later one. */
export const EXCEPTION_KINDS = ["date", "range", "yearly date", "yearly range"] as const;

/** The dates of an exception, the last included; `from` and `to` are the same where it is one date. */
export interface ExceptionDates {
  readonly kind: (typeof EXCEPTION_KINDS)[number];
  /** `2026-12-25`, or `12-25` where it is every year's. A range of every year may begin late in it and end early. */
  readonly from: string;
  readonly to: string;
}

/** Whether `text` is a date of the calendar as `2026-12-25`. */
export function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  try {
    Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

/** Forms of the dates of an exception, for messages. */
const FORMS = '"2026-12-25", "12-25" for every year, or a range such as "2026-12-27/2027-01-02"';

/** Reads the dates of an exception: `2026-12-25`, `12-25`, `2026-12-27/2027-01-02` or `12-27/01-02`. */
export function readDates(text: string): ExceptionDates | { readonly problem: string } {
  const [from = "", to = from, ...more] = text.split("/").map((date) => date.trim());
  const isRange = text.includes("/");
  const isYearly = [from, to].map(isYearlyDate);
  const known = [from, to].map((date) => isDate(date) || isYearlyDate(date));
  if (more.length > 0 || known.includes(false)) {
    return { problem: `${JSON.stringify(text)} is not a date; use one such as ${FORMS}` };
  }
  if (!isRange) return { kind: isYearly[0] ? "yearly date" : "date", from, to };
  if (isYearly[0] !== isYearly[1]) {
    const problem = `${JSON.stringify(text)} has a year at one end only; give both ends one, or neither`;
    return { problem };
  }
  if (isYearly[0]) return { kind: "yearly range", from, to };
  return from <= to
    ? { kind: "range", from, to }
    : { problem: `${JSON.stringify(text)} ends before it starts; the earlier date comes first` };
}

/** Whether a date (`2026-12-25`) is among those of an exception. */
export function isAmong({ kind, from, to }: ExceptionDates, date: string): boolean {
  switch (kind) {
    case "date":
    case "range":
      return from <= date && date <= to;
    case "yearly date":
    case "yearly range": {
      const day = date.slice(-5);
      return from <= to ? from <= day && day <= to : from <= day || day <= to;
    }
  }
}

/** How many days an exception is for, in one year. */
export function daysOf({ kind, from, to }: ExceptionDates): number {
  const isYearly = kind === "yearly date" || kind === "yearly range";
  const [first, last] = isYearly ? [`2028-${from}`, `${from <= to ? 2028 : 2029}-${to}`] : [from, to];
  return (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
}

/** The 29 February is a date of every year that has it. */
function isYearlyDate(text: string): boolean {
  return /^\d{2}-\d{2}$/.test(text) && isDate(`2028-${text}`);
}
