/** Notices: calls are told to whoever wants to know, after the answer. */
import type { OutboundClient } from "../../outbound/client.ts";
import { fillNotices } from "../../routing/notices/fill.ts";
import { noticeText } from "../../routing/words/named.ts";
import type { Observer } from "../observe/observer.ts";
import { recordOf } from "../observe/record.ts";
import { messageOf } from "./message.ts";
import { type Pace, Receiver } from "./receiver.ts";
import { type NoticeCounts, Results } from "./results.ts";

/** Whoever tells calls. */
export interface Notices extends Pick<Observer, "answered"> {
  /** What became of notices so far, by the notice for people: `slack`, or `acme/slack` where it is that of a client. */
  counts(): ReadonlyMap<string, NoticeCounts>;
  /** Counts the notices of a configuration from now on, by their ids; those that it lacks are forgotten when all is sent. */
  keep(ids: Iterable<string>): void;
  /** Sends no more: what is under way is ended, what waits is dropped, and both are counted and said. */
  stop(): void;
}

/** How many characters wait for all receivers together. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** A receiver, and how it fares. */
interface Told {
  readonly receiver: Receiver;
  readonly results: Results;
}

/**
 * Tells calls by `client`: each call once, however often it is tried. Every receiver has a queue of its own, so that a
 * slow one holds up no other; all of them are bounded.
 */
export function openNotices(client: OutboundClient, pace?: Pace): Notices {
  const told = new Map<string, Told>();
  let isStopped = false;

  const open = (id: string): Told => {
    const known = told.get(id);
    if (known) return known;
    const results = new Results(noticeText(id));
    const opened = { receiver: new Receiver(client, results, pace), results };
    told.set(id, opened);
    return opened;
  };

  return {
    answered(call) {
      const { arrival, facts, decision, isRetry } = call;
      if (isStopped || isRetry || decision.notify.length === 0) return;
      for (const notice of fillNotices(arrival, facts, decision)) {
        const { receiver, results } = open(notice.id);
        const message = messageOf(notice, recordOf(call));
        if (message) receiver.tell(message);
        else results.failed('a value in the URL would be "." or "..", which lead to another path', 0);
      }
      boundAll(told);
    },
    counts: () => new Map(Array.from(told, ([id, { results }]) => [noticeText(id), { ...results.counts }])),
    keep(ids) {
      const kept = new Set(ids);
      for (const id of kept) open(id);
      for (const [id, { receiver }] of told) if (!kept.has(id) && receiver.pending === 0) told.delete(id);
    },
    stop() {
      isStopped = true;
      for (const { receiver, results } of told.values()) {
        const { pending } = receiver;
        receiver.stop();
        results.stopped(pending);
      }
    },
  };
}

/** Where too much waits in all, those who have most waiting lose their oldest. */
function boundAll(told: ReadonlyMap<string, Told>): void {
  let characters = told.values().reduce((sum, { receiver }) => sum + receiver.characters, 0);
  while (characters > MOST_CHARACTERS) {
    const [first, ...others] = [...told.values()].map(({ receiver }) => receiver);
    const largest = others.reduce(
      (most, each) => (each.characters > (most?.characters ?? 0) ? each : most),
      first,
    );
    const before = largest?.characters ?? 0;
    if (!largest?.dropOldest()) return;
    characters -= before - largest.characters;
  }
}
