/** What programs ask about calls: `/api/calls` and `/api/explain`. */
import type { Context } from "hono";
import { explainAsked } from "../explain/asked.ts";
import { explanationJson } from "../explain/explanation.ts";
import { MOST_RECENT } from "../observe/recent.ts";
import { callsShown, type Seen } from "./page/view.ts";

/** Answers with the records of the latest calls, the newest first: `?limit=N` of them. */
export function callsResponse(c: Context, seen: Seen): Response {
  const limit = c.req.query("limit") ?? String(MOST_RECENT);
  const most = Number(limit);
  if (!/^\d+$/.test(limit) || most < 1 || most > MOST_RECENT) {
    return c.json({ error: `\`limit\` must be a whole number from 1 to ${MOST_RECENT}` }, 400);
  }
  return c.json({ calls: callsShown(seen, most) });
}

/** Answers with what would become of a call, as `explain --json` has it. */
export function explainResponse(c: Context, { desk, now }: Seen): Response {
  const explanation = explainAsked(new URL(c.req.url).searchParams, desk, now());
  if ("problem" in explanation) return c.json({ error: explanation.problem }, 400);
  return c.json(explanationJson(explanation));
}
