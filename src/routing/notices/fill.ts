/** What notices say of a call that is decided. */
import type { Arrival } from "../arrival.ts";
import { circumstancesOf, type Facts } from "../circumstances.ts";
import type { Decision } from "../decision.ts";
import type { FilledNotice } from "./notice.ts";

/** Fills in each notice that tells of a call. */
export function fillNotices(arrival: Arrival, facts: Facts, decision: Decision): FilledNotice[] {
  const circumstances = { ...circumstancesOf(arrival, facts), decision };
  return decision.notify.map((id) => arrival.scope.notice(id)(circumstances));
}
