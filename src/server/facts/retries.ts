/** Retries: telling when Retell asks about the same call again. */
import { type Attempt, KnownCalls, type Packing } from "./known-calls.ts";
import { digestOf } from "./storage/digest.ts";

export type { Attempt };

/** What a retry is recognised by. */
export interface Retriable {
  readonly channel: "call" | "chat";
  readonly from: string;
  readonly to: string;
  /** Undefined or empty where Retell sends none. */
  readonly id: string | undefined;
}

/** How long after its first try a call is recognised by its id, in milliseconds; no call is recognised for longer. */
export const BY_ID_MS = 10 * 60_000;
/** How long where it has no id: somebody who calls again later is no retry. In milliseconds. */
export const BY_PARTIES_MS = 60_000;
/** How many calls are remembered; beyond that, the oldest is forgotten. */
const MOST_CALLS = 100_000;

/**
 * Remembers the calls of the last minutes. They are told by a clock that nobody sets: by one that is set while a call is
 * being tried, the call would be taken for a new one, or every call for a retry.
 */
export class Retries<Notes> {
  readonly #byId: KnownCalls<Notes>;
  readonly #byParties: KnownCalls<Notes>;

  /** @param packing how to keep notes that say little; where nobody says, none are */
  constructor(packing?: Packing<Notes>) {
    this.#byId = new KnownCalls(packing, MOST_CALLS);
    this.#byParties = new KnownCalls(packing, MOST_CALLS);
  }

  /**
   * The record of a call: that of its first try, or a new one.
   *
   * @param nowMs milliseconds of a clock that only goes on, such as `performance.now()`
   */
  seen(call: Retriable, nowMs: number): Attempt<Notes> {
    this.#forgetOld(nowMs);
    const known = call.id ? this.#byId : this.#byParties;
    const digest = digestOfCall(call);
    const attempt = known.get(digest);
    if (attempt && nowMs - attempt.firstMs <= (call.id ? BY_ID_MS : BY_PARTIES_MS)) return attempt;
    const first: Attempt<Notes> = { firstMs: nowMs, notes: undefined };
    known.put(digest, first);
    if (this.#byId.size + this.#byParties.size > MOST_CALLS) this.#forgetOldest();
    return first;
  }

  /** Takes in a call that was first tried at a time, with what is to be known at its next try. Those come in order. */
  restore(call: Retriable, firstMs: number, notes: Notes): void {
    const known = call.id ? this.#byId : this.#byParties;
    known.put(digestOfCall(call), { firstMs, notes });
    if (this.#byId.size + this.#byParties.size > MOST_CALLS) this.#forgetOldest();
  }

  /** Forgets what no retry is recognised by any more. Each store is in order, since its calls all live equally long. */
  #forgetOld(nowMs: number): void {
    forgetBefore(this.#byId, nowMs - BY_ID_MS);
    forgetBefore(this.#byParties, nowMs - BY_PARTIES_MS);
  }

  #forgetOldest(): void {
    const byIdMs = this.#byId.oldestMs ?? Number.POSITIVE_INFINITY;
    const byPartiesMs = this.#byParties.oldestMs ?? Number.POSITIVE_INFINITY;
    (byIdMs <= byPartiesMs ? this.#byId : this.#byParties).forgetOldest();
  }
}

function forgetBefore<Notes>(known: KnownCalls<Notes>, beforeMs: number): void {
  for (let { oldestMs } = known; oldestMs !== undefined && oldestMs < beforeMs; { oldestMs } = known) {
    known.forgetOldest();
  }
}

/** What tells a call apart: nothing that a caller chooses is kept. */
function digestOfCall({ channel, from, to, id }: Retriable): number {
  return digestOf(id || JSON.stringify([channel, from, to]));
}
