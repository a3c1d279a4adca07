/** Look-ups on the command line: given, or asked over the network. */
import { InvalidArgumentError } from "commander";
import { didYouMean, quote } from "../../config/findings/findings.ts";
import { printable } from "../../config/findings/printable.ts";
import { openClient } from "../../outbound/client.ts";
import { MAX_DELAY_MS } from "../../retell/timing.ts";
import type { Arrival } from "../../routing/arrival.ts";
import { circumstancesOf, type Facts } from "../../routing/circumstances.ts";
import { lookupsAsked } from "../../routing/lookups/asked.ts";
import { readGiven } from "../../routing/lookups/given.ts";
import type { LookupRequest } from "../../routing/lookups/request.ts";
import type { Answered, JsonValue, LookupResult } from "../../routing/lookups/result.ts";
import type { Source, Sources } from "../../server/explain/lookup-source.ts";
import { openAsker } from "../../server/facts/lookups/asker.ts";
import { print } from "../terminal.ts";

/** What look-ups find, by the name of each. */
export type GivenLookups = Readonly<Record<string, LookupResult>>;

/** Reads one `--lookup`: `crm={"plan":"gold"}`, `crm=missing`, `crm=failed`. */
export function readLookupOption(text: string, before: GivenLookups = {}): GivenLookups {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError(`It must be name=result, such as crm={"plan":"gold"} or crm=failed.`);
  }
  const read = readGiven(value === "missing" || value === "failed" ? value : readJson(value));
  if ("problem" in read) throw new InvalidArgumentError(`It says that ${read.problem}.`);
  return { ...before, [name]: read.result };
}

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('The result must be JSON, "missing" or "failed".');
  }
}

/** What look-ups say in a case, and how that is known; by the id of each. */
export interface KnownLookups {
  readonly lookups: Facts["lookups"];
  readonly sources: Sources;
}

/**
 * Gathers what look-ups say about a call: what is given, and what the others answer where they are to be asked.
 *
 * @param isLive whether to ask, over the network
 * @returns undefined where something is given for a look-up that is not there, which is reported
 */
export async function gatherLookups(
  arrival: Arrival,
  facts: Facts,
  given: GivenLookups,
  isLive: boolean,
): Promise<KnownLookups | undefined> {
  const lookups = new Map<string, LookupResult>();
  const sources = new Map<string, Source>();
  for (const [name, result] of Object.entries(given)) {
    const lookup = arrival.scope.lookups.get(name);
    if (!lookup) {
      const hint = didYouMean(name, arrival.scope.lookups.keys());
      const message = `there is no look-up ${quote(name)} in [lookups]${hint ? `; ${hint}` : ""}`;
      print(process.stderr, `switchhook: --lookup: ${printable(message)}`);
      return undefined;
    }
    lookups.set(lookup.id, result);
    sources.set(lookup.id, { kind: "given" });
  }
  const circumstances = circumstancesOf(arrival, facts);
  const requests = lookupsAsked(arrival).flatMap(({ id, ask }) => {
    const request = lookups.has(id) ? "given" : ask(circumstances);
    return typeof request === "string" ? [] : [request];
  });
  for (const [id, { ms, from: _from, ...result }] of isLive ? await askOnce(requests) : []) {
    lookups.set(id, result);
    sources.set(id, { kind: "asked", ms });
  }
  return { lookups, sources };
}

/** Asks over the network, within the time that a call has. */
export async function askOnce(requests: readonly LookupRequest[]): Promise<ReadonlyMap<string, Answered>> {
  const client = openClient();
  try {
    return await openAsker(client).ask(requests, MAX_DELAY_MS);
  } finally {
    client.close();
  }
}
