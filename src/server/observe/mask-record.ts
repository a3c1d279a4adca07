/** Hiding phone numbers in the record of a call. */
import { maskParty, maskText } from "./log/mask.ts";
import type { CallRecord } from "./record.ts";

/** What is a number, in whatever form. */
const PARTIES: ReadonlySet<string> = new Set(["caller", "from", "to", "entry"]);
/** What holds none, though it may be nothing but digits. */
const PLAIN: ReadonlySet<string> = new Set(["time", "id", "config", "agent_id", "override_agent_id"]);

/** A record with the numbers in it masked as they are in the log: those of both sides, and those within texts. */
export function maskedRecord(record: CallRecord): CallRecord {
  // Each text stays a text, and everything else what it was.
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => {
      if (PLAIN.has(key)) return [key, value];
      return [key, masked(value, PARTIES.has(key) ? maskParty : maskText)];
    }),
  ) as unknown as CallRecord;
}

function masked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  // A number of a look-up's answer may be one too.
  if (typeof value === "number")
    return Number.isSafeInteger(value) && value > 999_999 ? mask(String(value)) : value;
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, mask)]));
}
