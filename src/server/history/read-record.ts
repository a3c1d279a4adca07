/** Records of calls as they are read back: from a file that anyone may have written to. */
import * as v from "valibot";
import type { CallRecord } from "../observe/record.ts";

const lookupSchema = v.variant("kind", [
  v.object({ kind: v.literal("found"), value: v.record(v.string(), v.unknown()) }),
  v.object({ kind: v.literal("missing") }),
  v.object({ kind: v.literal("failed"), reason: v.string() }),
]);

const recordSchema = v.object({
  v: v.literal(1),
  time: v.pipe(v.string(), v.isoTimestamp()),
  client: v.string(),
  caller: v.optional(v.string()),
  outcome: v.picklist(["agent", "pass", "reject"]),
  agent: v.optional(v.string()),
  counted: v.optional(v.array(v.string())),
  channel: v.picklist(["call", "text"]),
  from: v.string(),
  to: v.string(),
  id: v.optional(v.string()),
  agent_id: v.optional(v.string()),
  headers: v.optional(v.record(v.string(), v.string())),
  override_agent_id: v.optional(v.string()),
  override_agent_version: v.optional(v.union([v.string(), v.number()])),
  entry: v.optional(v.string()),
  rule: v.optional(v.string()),
  ruleset: v.optional(v.string()),
  reason: v.string(),
  limits: v.optional(v.record(v.string(), v.boolean())),
  flags: v.optional(v.record(v.string(), v.boolean())),
  history: v.optional(
    v.object({
      calls: v.pipe(v.number(), v.integer(), v.minValue(0)),
      last: v.optional(v.string()),
      last_agent: v.optional(v.string()),
    }),
  ),
  lookups: v.optional(v.record(v.string(), lookupSchema)),
  config: v.string(),
  ms: v.number(),
});

/** The record of a line; undefined for one that is none, or is of a version that is not known here. */
export function readRecord(line: string): CallRecord | undefined {
  try {
    const read = v.safeParse(recordSchema, JSON.parse(line));
    return read.success ? (read.output as CallRecord) : undefined;
  } catch {
    return undefined;
  }
}
