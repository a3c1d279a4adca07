/** Records of calls as the history gets them. */
import { jsonOf } from "../../../src/server/observe/json/call-json.ts";
import type { AnsweredCall, CallRecord } from "../../../src/server/observe/record.ts";

/** What the record of a call says. */
export function recordOf(call: AnsweredCall): CallRecord {
  return JSON.parse(jsonOf(call).record) as CallRecord;
}
