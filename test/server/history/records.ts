/** Records of calls as the history has them. */
import type { CallRecord } from "../../../src/server/observe/record.ts";

/** What a record says that is not as usual; undefined for what it does not say. */
type Says = Omit<Partial<CallRecord>, Optional> & {
  readonly [Key in Optional]?: CallRecord[Key] | undefined;
};
type Optional = "caller" | "agent";

/** The record of a call that the number's own agent took, but for what `says`. */
export function record(says: Says = {}): CallRecord {
  const usual: CallRecord = {
    v: 1,
    time: "2026-07-01T12:00:00.000Z",
    client: "",
    caller: "+12137771234",
    outcome: "agent",
    agent: "frontdesk",
    channel: "call",
    from: "+12137771234",
    to: "+12137771235",
    id: "call_1",
    override_agent_id: "agent_1",
    entry: "+12137771235",
    reason: "the number's own target",
    config: "0123456789ab",
    ms: 0.1,
  };
  // The keys that a start reads stand first, as they are written.
  const { v, time, client, caller, outcome, agent, counted, ...rest } = { ...usual, ...says };
  return {
    ...{ v, time, client },
    ...(caller !== undefined && { caller }),
    outcome,
    ...(agent !== undefined && { agent }),
    ...(counted !== undefined && { counted }),
    ...rest,
  };
}

/** Records as a file has them. */
export function lines(...records: readonly CallRecord[]): string {
  return records.map((each) => `${JSON.stringify(each)}\n`).join("");
}
