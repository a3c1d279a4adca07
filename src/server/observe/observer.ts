/** What the server tells of its work, and to whom: the log today, and whoever else wants to know. */
import type { Diagnostic } from "../../config/findings/findings.ts";
import type { InboundEvent } from "../../retell/event.ts";
import type { BreakerChange } from "../facts/lookups/breaker.ts";
import type { LinkChange } from "../facts/shared/link.ts";
import type { RequestFault } from "../http/fault.ts";
import type { RemoteRefusal } from "../live/remote/accept.ts";
import type { AnsweredCall } from "./record.ts";

export type { AnsweredCall };

/** A request that got no answer to a call. */
export type Refusal = { readonly address: string | undefined } & (
  | { readonly kind: "address" | "too large" }
  | RequestFault
  | { readonly kind: "no signature" | "malformed signature" | "wrong key" }
  /** `offsetMs` is how far the sender's clock is ahead of this one; below 0 where it is behind, or the request is old. */
  | { readonly kind: "stale signature"; readonly offsetMs: number }
  /** It is signed with the key of `account`, a client or `""` for the main file, and asks about another one's number. */
  | { readonly kind: "key of another client"; readonly account: string }
  /** It has a good signature, and is no event. */
  | { readonly kind: "invalid"; readonly problem: string }
  /** `allow` are the methods that there are. */
  | { readonly kind: "method"; readonly method: string; readonly allow: string }
  /** `wanted` is the path that is answered. */
  | { readonly kind: "path"; readonly method: string; readonly path: string; readonly wanted: string }
);

/** Something that changed, in counts and names. */
export interface Change {
  /** What it is, for people: `numbers`, `agents`, `the list spam`. */
  readonly what: string;
  readonly before: number;
  readonly after: number;
  /** The names of the first few that came, went or changed; plain data for whoever wants to show them. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What became of a configuration that was read again. `file` is the main one. */
export type ReloadEvent = {
  readonly file: string;
} /** In force. `warnings` are worth a warning, and belong to the change, not to a place in a file. */ & (
  | {
      readonly kind: "applied";
      readonly hash: string;
      readonly numbers: number;
      readonly clients: number;
      readonly expectations: number;
      readonly changes: readonly Change[];
      readonly diagnostics: readonly Diagnostic[];
      readonly warnings: readonly string[];
    }
  /** Everything that was read is as it was. */
  | { readonly kind: "unchanged"; readonly hash: string }
  /** It has errors; the old one stays in force. */
  | { readonly kind: "refused"; readonly hash: string; readonly diagnostics: readonly Diagnostic[] }
  /** It could not be read for a reason that may pass; told once, however often it is tried again. */
  | { readonly kind: "failed"; readonly reason: string }
  /** A file that is mounted by itself was replaced outside its mount, where this process cannot see it. */
  | { readonly kind: "detached"; readonly detached: string }
);

/** What became of a list or contacts that come from a URL. `name` is what they are called, `url` has its secrets hidden. */
export type RemoteEvent = {
  readonly name: string;
  readonly url: string;
} /** It could not be fetched; told once, however often it is tried again. `fetchedMs` is when what is in force was. */ & (
  | { readonly kind: "failed"; readonly problem: string; readonly fetchedMs: number | undefined }
  /** It was fetched, and is not put in force. */
  | { readonly kind: "refused"; readonly refusal: RemoteRefusal; readonly fetchedMs: number | undefined }
  /** What it holds is in force again. */
  | { readonly kind: "recovered"; readonly sinceMs: number }
  /** No copy of it can be written, or the one there is cannot be used. */
  | { readonly kind: "not kept" | "copy unusable"; readonly problem: string }
);

/** What the webhook tells. */
export interface WebhookObserver {
  /** A call or text was decided. */
  answered(call: AnsweredCall): void;
  /** A call or text could not be decided, for a fault of ours; it was passed. */
  failed(event: InboundEvent, error: unknown): void;
  /** A signed event of another kind of webhook came; `name` is what it calls itself. */
  misplaced(name: string): void;
  /** A request got no answer to a call. */
  refused(refusal: Refusal): void;
}

/** Whoever follows what the server does: the log, counters, records. Told after the answer is on its way. */
export interface Observer extends WebhookObserver {
  /** The configuration is being read again. */
  reading(): void;
  /** It is not being read any more; what became of it was told, unless it was the same as before. */
  settled(): void;
  /** The configuration was read again. */
  reloaded(event: ReloadEvent): void;
  /** A list or contacts that come from a URL could not be fetched, or can be again. */
  remote(event: RemoteEvent): void;
  /** A look-up, `client/name`, is left alone since it failed time after time, or is asked again. */
  lookupChanged(id: string, change: BreakerChange): void;
  /** This machine counts calls by itself, or with other machines again. */
  sharedChanged(change: LinkChange): void;
}

/** One observer that tells many. */
export interface FanOut extends Observer {
  /** Tells everything that is still to be told, now. */
  flush(): void;
}

/** One thing to tell. */
type Told = (observer: Partial<Observer>) => void;

/**
 * Makes one observer of many, which are told later, in order, when the answer to the request under way is written: what
 * they do with it costs no caller time. A fault in one of them costs neither the others nor a call.
 *
 * @param onFault told of what an observer throws
 */
export function fanOut(observers: readonly Partial<Observer>[], onFault: (error: unknown) => void): FanOut {
  // A call is told by itself, with no function made for it: there are far more of them than of everything else.
  let waiting: (AnsweredCall | Told)[] = [];
  const flush = () => {
    const told = waiting;
    waiting = [];
    // One observer after the other: what the code of one needs is then near for all calls but the first.
    for (const observer of observers) {
      for (const each of told) {
        try {
          if (typeof each === "function") each(observer);
          else observer.answered?.(each);
        } catch (error) {
          onFault(error);
        }
      }
    }
  };
  const later = (each: AnsweredCall | Told) => {
    if (waiting.push(each) === 1) setImmediate(flush);
  };
  return {
    answered: later,
    failed: (event, error) => later((observer) => observer.failed?.(event, error)),
    misplaced: (name) => later((observer) => observer.misplaced?.(name)),
    refused: (refusal) => later((observer) => observer.refused?.(refusal)),
    reading: () => later((observer) => observer.reading?.()),
    settled: () => later((observer) => observer.settled?.()),
    reloaded: (event) => later((observer) => observer.reloaded?.(event)),
    remote: (event) => later((observer) => observer.remote?.(event)),
    lookupChanged: (id, change) => later((observer) => observer.lookupChanged?.(id, change)),
    sharedChanged: (change) => later((observer) => observer.sharedChanged?.(change)),
    flush,
  };
}
