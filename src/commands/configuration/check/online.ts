/** Asking the look-ups of a configuration once, to see whether they answer. */

import { receive } from "../../../routing/arrival.ts";
import type { Call } from "../../../routing/callers/call.ts";
import { circumstancesOf, FIRST_CALL } from "../../../routing/circumstances.ts";
import type { Lookup } from "../../../routing/lookups/compile.ts";
import type { LookupResult } from "../../../routing/lookups/result.ts";
import { lookupWords, unaskedWords } from "../../../routing/lookups/words.ts";
import type { DialledPattern, RoutingPlan, ScopePlan } from "../../../routing/plan.ts";
import { compileTable } from "../../../routing/table/compile.ts";
import type { Table } from "../../../routing/table/table.ts";
import { askOnce } from "../lookups.ts";

/** A number that nobody has: those from 555-0100 to 555-0199 are kept for examples. */
const CALLER = "+12025550100";
/** Dialled where a client has no number of its own to dial. */
const DIALLED = "+12025550101";

/** What one look-up said, or why it was not asked. */
export interface OnlineResult {
  /** Its name, behind that of the client and a slash where it is a client's own. */
  readonly name: string;
  readonly result: LookupResult | undefined;
  /** In words: what was found, and how long it took. */
  readonly words: string;
  /** How long it took, in milliseconds; undefined where it was not asked. */
  readonly ms: number | undefined;
}

/** The look-ups of all files, as {@link OnlineResult.name} names them. */
export function lookupNames(routing: RoutingPlan): string[] {
  const scopes: readonly ScopePlan[] = [routing, ...routing.clients];
  return scopes.flatMap(({ client, lookups }) =>
    Array.from(lookups.keys(), (name) => (client === "" ? name : `${client}/${name}`)),
  );
}

/** Asks each look-up once, about a call by a number that nobody has. */
export async function askOnline(routing: RoutingPlan): Promise<OnlineResult[]> {
  const table = compileTable(routing);
  const scopes: readonly ScopePlan[] = [routing, ...routing.clients];
  const asked = scopes.flatMap((scope) => askedIn(scope, routing, table));
  const requests = asked.flatMap(({ request }) => (typeof request === "string" ? [] : [request]));
  const answers = await askOnce(requests);
  return asked.map(({ name, request }) => {
    if (typeof request === "string") {
      return { name, result: undefined, words: `not asked: ${unaskedWords(request)}`, ms: undefined };
    }
    const answer = answers.get(request.id);
    if (!answer) return { name, result: undefined, words: "not asked", ms: undefined };
    const { ms, from: _from, ...result } = answer;
    return { name, result, words: `${lookupWords(result)} (${Math.round(ms)} ms)`, ms: Math.round(ms) };
  });
}

/** The look-ups of one file, with what each asks. */
function askedIn({ client, lookups }: ScopePlan, routing: RoutingPlan, table: Table) {
  if (lookups.size === 0) return [];
  const arrival = receive(table, callTo(client, routing));
  const facts = { nowMs: Date.now(), drawKey: "", over: NONE, flags: table.flags };
  const circumstances = circumstancesOf(arrival, { ...facts, lookups: new Map(), history: FIRST_CALL });
  return Array.from(lookups.keys()).flatMap((name) => {
    const lookup: Lookup | undefined = arrival.scope.lookups.get(name);
    if (!lookup || arrival.scope.client !== client) return [];
    return [{ name: client === "" ? name : `${client}/${name}`, request: lookup.ask(circumstances) }];
  });
}

const NONE: ReadonlySet<string> = new Set();

/** A call to a number of a client. */
function callTo(client: string, { numbers }: RoutingPlan): Call {
  const own = numbers.find((number) => number.client === client);
  const to = own ? dialledFor(own.pattern) : DIALLED;
  return { channel: "call", from: CALLER, to, id: undefined, boundAgentId: undefined, headers: {} };
}

function dialledFor(pattern: DialledPattern): string {
  switch (pattern.kind) {
    case "exact":
      return pattern.number;
    case "prefix":
      return pattern.prefix.padEnd(DIALLED.length, "5");
    case "any":
      return DIALLED;
  }
}
