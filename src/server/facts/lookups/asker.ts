/** Asking services about a call, whatever they do. */
import type { OutboundClient } from "../../../outbound/client.ts";
import type { LookupRequest } from "../../../routing/lookups/request.ts";
import type { Answered } from "../../../routing/lookups/result.ts";
import { within } from "../../live/within.ts";
import { keyOf } from "../key.ts";
import type { BreakerChange } from "./breaker.ts";
import { Cache } from "./cache.ts";
import { type LastFailure, Service } from "./service.ts";

export type { BreakerChange } from "./breaker.ts";

/** Asks services. */
export interface Asker {
  /**
   * Asks for all of `requests` side by side. Never rejects: what goes wrong with one is its result.
   *
   * @param withinMs how long all of them together may take, in milliseconds from now; what is not there by then failed
   * @returns what became of each request, by its id
   */
  ask(requests: readonly LookupRequest[], withinMs: number): Promise<ReadonlyMap<string, Answered>>;
}

/** Asks services over the network, and remembers how they are. */
export interface NetworkAsker extends Asker {
  /** From now on there are these look-ups; every other one is forgotten. */
  keep(ids: ReadonlySet<string>): void;
  /** How the look-ups are that there are. */
  states(): readonly LookupState[];
}

/** How a look-up is; plain data. */
export interface LookupState {
  readonly id: string;
  /** Since when it is not asked, because it failed time after time; milliseconds since the epoch. */
  readonly pausedSinceMs: number | undefined;
  readonly lastFailure: LastFailure | undefined;
  /** How many requests are under way. */
  readonly underWay: number;
  /** How many of its answers are remembered. */
  readonly cached: number;
}

/** What an asker needs of the world. */
export interface AskerOptions {
  /** Told when a look-up is not asked any more, and when it is asked again. */
  readonly changed?: (id: string, change: BreakerChange) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly tick?: () => number;
}

/** How many requests are under way at most, of all look-ups together: so that sockets are left for calls. */
const MOST_UNDER_WAY = 512;

/** A look-up as it was asked last: with another definition it is another one, and nothing is known of it yet. */
interface Known {
  readonly definition: string;
  readonly service: Service;
}

/** Makes an asker that asks by `client`. It connects to nothing yet. */
export function openAsker(client: OutboundClient, options: AskerOptions = {}): NetworkAsker {
  const { changed, now = Date.now, tick = () => performance.now() } = options;
  const cache = new Cache();
  const byId = new Map<string, Known>();
  let kept: ReadonlySet<string> = new Set();
  let underWay = 0;

  const open = (id: string): Service => {
    const service: Service = new Service({
      client,
      now,
      tick,
      enter() {
        if (underWay >= MOST_UNDER_WAY) return false;
        underWay++;
        return true;
      },
      leave: () => void underWay--,
      answered: (key, { cacheMs }, result) => cache.put(key, service, result, cacheMs, tick()),
      changed: (change) => changed?.(id, change),
    });
    return service;
  };
  const serviceFor = (request: LookupRequest): Service => {
    const { id } = request;
    const definition = definitionOf(request);
    const known = byId.get(id);
    if (known?.definition === definition) return known.service;
    const service = open(id);
    byId.set(id, { definition, service });
    return service;
  };
  const askOne = async (request: LookupRequest, withinMs: number): Promise<Answered> => {
    const startMs = tick();
    const key = questionOf(request);
    const cached = cache.get(key, request.cacheMs, startMs);
    if (cached) return { ...cached, ms: tick() - startMs, from: "cache" };
    const { result, from } = serviceFor(request).ask(key, request);
    const inTime =
      (await within(withinMs, result)) ?? ({ kind: "failed", reason: "no answer in time" } as const);
    return { ...inTime, ms: tick() - startMs, from };
  };

  return {
    async ask(requests, withinMs) {
      const answers = requests.map(async (request) => [request.id, await askOne(request, withinMs)] as const);
      return new Map(await Promise.all(answers));
    },
    keep(ids) {
      kept = ids;
      for (const id of byId.keys()) if (!ids.has(id)) byId.delete(id);
    },
    states: () =>
      Array.from(kept, (id) => {
        const { pausedSinceMs, lastFailure, underWay = 0, cached = 0 } = byId.get(id)?.service ?? {};
        return { id, pausedSinceMs, lastFailure, underWay, cached };
      }),
  };
}

/** What is the same for every call. */
function definitionOf({ method, url, headers, at, timeoutMs, ca }: LookupRequest): string {
  return keyOf(JSON.stringify([method, URL.parse(url)?.origin, headers, at, timeoutMs, ca]));
}

/** The same for requests that have the same answer. */
function questionOf({ id, method, url, headers, body, at, ca }: LookupRequest): string {
  return keyOf(JSON.stringify([id, method, url, headers, body, at, ca]));
}
