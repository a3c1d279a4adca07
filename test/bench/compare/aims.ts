/** What Switchhook is meant to reach with everything on, beside what it does. */

import { EVERYTHING } from "../servers/switchhook.ts";
import type { Results, ServerResults, UnderLoad } from "./results.ts";
import { median } from "./results.ts";

/** The connections at once that servers are judged by. */
export const JUDGED = 32;

/** One aim. */
export interface Aim {
  readonly aim: string;
  /** What was measured, in the aim's own unit. */
  readonly measured: number;
  readonly isMet: boolean;
  /** How far from the aim, as a share of it: 0.1 is a tenth short of it, or beyond it where less is better. */
  readonly shortBy: number;
  readonly unit: "times" | "MiB";
}

const LIMIT_SHARE = 0.6;
const EXPRESS_TIMES = 8;
const P99_TIMES = 2;
const MEMORY_MIB = 90;

/** The aims that a comparison can tell something about: those whose servers took part. */
export function aimsOf({ servers }: Results): Aim[] {
  const named = (wanted: string) => servers.find(({ name }) => name === wanted);
  const ours = named(EVERYTHING);
  if (!ours) return [];
  const aims: Aim[] = [];
  const atLeast = (aim: string, measured: number | undefined, wanted: number) => {
    if (measured === undefined) return;
    const isMet = measured >= wanted;
    aims.push({ aim, measured, isMet, shortBy: 1 - measured / wanted, unit: "times" });
  };
  const atMost = (aim: string, measured: number | undefined, wanted: number, unit: Aim["unit"]) => {
    if (measured === undefined) return;
    aims.push({ aim, measured, isMet: measured <= wanted, shortBy: measured / wanted - 1, unit });
  };
  const [limit, hono, express] = [named("limit"), named("hono"), named("express")];
  atLeast(`calls per CPU second: ${LIMIT_SHARE} of *limit*'s`, timesOf(ours, limit), LIMIT_SHARE);
  atLeast("calls per CPU second: more than *hono*'s", timesOf(ours, hono), 1);
  atLeast(`calls per CPU second: ${EXPRESS_TIMES} times *express*'s`, timesOf(ours, express), EXPRESS_TIMES);
  const p99 = (server: ServerResults | undefined) => server && judged(server)?.latency.p99;
  const [slow, limitSlow] = [p99(ours), p99(limit)];
  const times = slow !== undefined && limitSlow !== undefined ? slow / limitSlow : undefined;
  atMost(
    `99 % answered with ${JUDGED} at once: within ${P99_TIMES} times *limit*'s`,
    times,
    P99_TIMES,
    "times",
  );
  const memory = ours.memoryAfterMillionMiB;
  atMost(`memory after 1,000,000 calls: ${MEMORY_MIB} MiB`, memory, MEMORY_MIB, "MiB");
  return aims;
}

/** How a server did with the connections that it is judged by; the first, where it never had so many. */
export function judged({ under }: ServerResults): UnderLoad | undefined {
  return under.find(({ connections }) => connections === JUDGED) ?? under[0];
}

/** How many times as many calls a server answers per CPU second as another one, round by round. */
function timesOf(server: ServerResults, other: ServerResults | undefined): number | undefined {
  const rounds = judged(server)?.rounds ?? [];
  const others = other && judged(other)?.rounds;
  return others && median(rounds.map((calls, at) => calls / (others[at] ?? Number.NaN)));
}
