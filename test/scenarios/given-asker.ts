/** Someone who answers look-ups without a network. */
import type { LookupRequest } from "../../src/routing/lookups/request.ts";
import type { Answered, LookupResult } from "../../src/routing/lookups/result.ts";
import { Inquiries } from "../../src/server/facts/inquiries.ts";
import type { Asker } from "../../src/server/facts/lookups/asker.ts";

/** Answers what is given for the id of a look-up, and notes what was asked; anything else is missing. */
export class GivenAsker implements Asker {
  readonly asked: LookupRequest[] = [];
  readonly #results: ReadonlyMap<string, LookupResult>;

  constructor(results: ReadonlyMap<string, LookupResult> = new Map()) {
    this.#results = results;
  }

  async ask(requests: readonly LookupRequest[]): Promise<ReadonlyMap<string, Answered>> {
    this.asked.push(...requests);
    return new Map(
      requests.map(({ id }) => {
        const result = this.#results.get(id) ?? ({ kind: "missing" } as const);
        return [id, { ...result, ms: 1, from: "network" }];
      }),
    );
  }
}

/** For services that are asked nothing. */
export function noInquiries(): Inquiries {
  return new Inquiries(new GivenAsker());
}
