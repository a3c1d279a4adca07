/** Which of the latest calls the status page shows. */
import type { CallRecord } from "../../observe/record.ts";

/** What becomes of calls, as a filter names it; in the order in which it is shown. */
export const OUTCOMES = ["agent", "pass", "reject"] as const;

/** The parameters that say a filter. */
export const FILTER_PARAMETERS = ["client", "number", "outcome"] as const;

/** A filter; undefined what it does not ask for. */
export interface Filter {
  /** A client by its name; `""` for the numbers of the main file. */
  readonly client: string | undefined;
  /** Part of a number, of the caller or dialled. */
  readonly number: string | undefined;
  readonly outcome: CallRecord["outcome"] | undefined;
}

/** What stands for the main file in a URL: no client is called so, since that is the name of a file. */
export const MAIN = "/";

/** Reads a filter from a URL; what it does not understand asks for nothing. */
export function readFilter(query: URLSearchParams): Filter {
  const client = query.get("client") || undefined;
  const outcome = query.get("outcome");
  return {
    client: client === MAIN ? "" : client,
    number: query.get("number")?.trim() || undefined,
    outcome: OUTCOMES.find((known) => known === outcome),
  };
}

/** Whether a filter asks for anything. */
export function isFiltering({ client, number, outcome }: Filter): boolean {
  return client !== undefined || number !== undefined || outcome !== undefined;
}

/** The records that a filter lets through. It sees what is shown, so that masked numbers cannot be guessed by it. */
export function filtered(records: readonly CallRecord[], filter: Filter): readonly CallRecord[] {
  const { client, number, outcome } = filter;
  const isNumber = number === undefined ? () => true : numberTest(number);
  return records.filter(
    (record) =>
      (client === undefined || record.client === client) &&
      (outcome === undefined || record.outcome === outcome) &&
      [record.from, record.to, record.entry ?? ""].some(isNumber),
  );
}

/** However a number is written, its digits tell; what has letters, such as `anonymous`, is looked for as it is. */
function numberTest(wanted: string): (text: string) => boolean {
  const digits = wanted.replaceAll(/[^\d*]/g, "");
  if (digits === "" || /\p{L}/u.test(wanted)) {
    return (text) => text.toLowerCase().includes(wanted.toLowerCase());
  }
  return (text) => text.replaceAll(/[^\d*]/g, "").includes(digits);
}
