/** Look-ups on the command line: given, or asked over the network. */
import { InvalidArgumentError } from "commander";
import { didYouMean, quote } from "../config/findings/findings.ts";
import { printable } from "../config/findings/printable.ts";
import { openClient } from "../outbound/client.ts";
import { MAX_DELAY_MS } from "../retell/timing.ts";
import type { Arrival } from "../routing/arrival.ts";
import { circumstancesOf, type Facts } from "../routing/circumstances.ts";
import type { Step } from "../routing/decision.ts";
import { lookupsAsked } from "../routing/lookups/asked.ts";
import { readGiven } from "../routing/lookups/given.ts";
import type { LookupRequest } from "../routing/lookups/request.ts";
import type { Answered, JsonValue, LookupResult } from "../routing/lookups/result.ts";
import { openAsker } from "../server/facts/lookups/asker.ts";
import { print } from "./terminal.ts";

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

/** How what a look-up says came to be known. */
export type Source = { readonly kind: "given" } | { readonly kind: "asked"; readonly ms: number };

/** What look-ups say in a case, and how that is known; by the id of each. */
export interface KnownLookups {
  readonly lookups: Facts["lookups"];
  readonly sources: ReadonlyMap<string, Source>;
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

/** A step about a look-up. */
export type LookupStep = Step & { readonly kind: "lookup" };

/** How it is known what a look-up says, behind what it says: ` (asked: 120 ms)`. */
export function sourceWords({ id, unasked }: LookupStep, sources: KnownLookups["sources"]): string {
  const source = sources.get(id);
  // That it is not asked about this call has been said.
  if (unasked !== undefined && unasked !== "secret") return "";
  switch (source?.kind) {
    case "given":
      return " (given)";
    case "asked":
      return ` (asked: ${Math.round(source.ms)} ms)`;
    case undefined:
      return unasked ? "" : " (not asked; --live asks it, --lookup gives what it finds)";
  }
}

/** A look-up as programs get it. */
export function lookupJson({ id, lookup, result, unasked }: LookupStep, sources: KnownLookups["sources"]) {
  const source = unasked !== undefined && unasked !== "secret" ? undefined : sources.get(id);
  const { kind, ...more } = result;
  const ms = source?.kind === "asked" ? { ms: Math.round(source.ms) } : {};
  return { name: lookup, id, result: kind, ...more, source: source?.kind ?? "not asked", ...ms };
}

/** The line of an `[[expect]]` that gives what a look-up said; none where it is missing, as it is without a line. */
export function expectedLookup({ lookup, result }: LookupStep): string[] {
  const key = `lookup.${/^[\w-]+$/.test(lookup) ? lookup : JSON.stringify(lookup)}`;
  switch (result.kind) {
    case "found":
      return [printable(`${key} = ${toml(result.value)}`)];
    case "failed":
      return [printable(`${key} = "failed"`)];
    case "missing":
      return [];
  }
}

/** A value as TOML writes it in one line. TOML has no null, and to templates and rules that is an empty text. */
function toml(value: JsonValue): string {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    return `"${value}"`;
  // What looks like a template in what was found is none.
  if (typeof value !== "object") return JSON.stringify(value).replaceAll("${", () => "$${");
  if (value === null) return '""';
  if (Array.isArray(value)) return `[${value.map(toml).join(", ")}]`;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)} = ${toml(field)}`);
  return fields.length > 0 ? `{ ${fields.join(", ")} }` : "{}";
}
