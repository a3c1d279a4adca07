/** The remote lists and contacts of the configuration in force: fetched, kept, and asked again and again. */
import type { RemoteRead, RemoteSource } from "../../../config/files/remote.ts";
import { type OutboundClient, openClient } from "../../../outbound/client.ts";
import { hostNames } from "../../host-names.ts";
import type { RemoteEvent } from "../../observe/observer.ts";
import { within } from "../within.ts";
import type { Meet, RemoteRefusal, Verdict } from "./accept.ts";
import { RemoteCopies } from "./copies.ts";
import { type Answer, fetchRemote } from "./fetch.ts";
import { Followed, type RemoteState } from "./followed.ts";
import type { Held } from "./known.ts";
import { AT_ONCE, Slots } from "./slots.ts";

/** How long a start, or a change that names new URLs, waits for their answers, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How long to wait for others that have something new too, in milliseconds. */
const GATHER_MS = 100;

/** Whoever follows remote sources. */
export interface RemoteFollower {
  /** There is something to load. */
  changed(): void;
  tell(event: RemoteEvent): void;
}

/** Follows remote sources. What is told before anybody listens is kept. */
export class RemoteFiles {
  readonly #followed = new Map<string, Followed>();
  readonly #client: OutboundClient = openClient(hostNames);
  readonly #ending = new AbortController();
  readonly #slots = new Slots(AT_ONCE);
  readonly #patienceMs: number;
  #copies = new RemoteCopies(undefined);
  #follower: RemoteFollower | undefined;
  #untold: RemoteEvent[] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #isChanged = false;

  constructor(patienceMs: number = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  /** Asks for the sources of a configuration that is loaded for the first time, and waits a while for their answers. */
  readonly first: Meet = async (sources, state) => {
    this.#copies = new RemoteCopies(state);
    await this.meet(sources);
    // A start has nothing else to go on with.
    for (const followed of this.#followed.values()) followed.isTolerated = true;
    return this.held();
  };

  /** What the thread that loads is given. */
  held(): ReadonlyMap<string, Held> {
    return new Map(Array.from(this.#followed, ([id, { held }]) => [id, held]));
  }

  states(): RemoteState[] {
    return Array.from(this.#followed.values(), ({ state }) => state);
  }

  /** Tells from now on, beginning with what there is to tell. */
  listen(follower: RemoteFollower): void {
    this.#follower = follower;
    for (const event of this.#untold.splice(0)) follower.tell(event);
    if (this.#isChanged) this.#announce();
  }

  /** Begins to follow sources that are new, and waits a while for their first answers. */
  async meet(sources: readonly RemoteSource[]): Promise<void> {
    const strangers = sources.filter(({ id }) => !this.#followed.has(id));
    const first = strangers.map((source) => {
      const followed = new Followed(source);
      this.#followed.set(source.id, followed);
      return followed;
    });
    await Promise.all(first.map((followed) => this.#restore(followed)));
    const asking = Promise.all(first.map((followed) => this.#ask(followed)));
    if (await within(this.#patienceMs, asking)) return;
    for (const followed of first) {
      if (followed.good || followed.hasCandidate || followed.problem) continue;
      followed.fail(`no answer within ${this.#patienceMs / 1000} s`, Date.now());
      this.#tellFailed(followed);
    }
  }

  /** Asks every source now, and waits a while for the answers. */
  async refresh(): Promise<void> {
    const asking = Promise.all(Array.from(this.#followed.values(), (followed) => this.#ask(followed)));
    await within(this.#patienceMs, asking);
  }

  /**
   * Takes what became of a load.
   *
   * @param reads the sources that the configuration names which was loaded
   * @param isInForce whether that is in force now: then no others are followed any more
   */
  settle(reads: readonly RemoteRead[], verdicts: readonly Verdict[], isInForce: boolean): void {
    for (const verdict of verdicts) {
      const followed = this.#followed.get(verdict.id);
      if (followed) this.#judge(followed, verdict);
    }
    for (const { source } of reads) {
      const followed = this.#followed.get(source.id);
      // As the configuration in force has it, unless that does not have it.
      if (!followed || (followed.isTolerated && !isInForce)) continue;
      followed.isTolerated = isInForce;
      const isOther = requestOf(followed.source) !== requestOf(source);
      if (isOther) followed.askAs(source);
      else followed.source = source;
      if (isOther) void this.#ask(followed);
    }
    if (isInForce) this.#keepOnly(reads.map(({ source }) => source));
    // What was to be loaded may have been.
    if (this.#followed.values().some(({ isUnjudged }) => isUnjudged)) return;
    this.#isChanged = false;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
  }

  /** Asks no more. */
  close(): void {
    this.#ending.abort();
    clearTimeout(this.#gathering);
    for (const { timer } of this.#followed.values()) clearTimeout(timer);
    this.#client.close();
  }

  #keepOnly(sources: readonly RemoteSource[]): void {
    const ids = new Set(sources.map(({ id }) => id));
    for (const [id, { timer }] of this.#followed) {
      if (ids.has(id)) continue;
      clearTimeout(timer);
      this.#followed.delete(id);
    }
    void this.#copies.keepOnly(sources);
  }

  async #restore(followed: Followed): Promise<void> {
    const copy = await this.#copies.read(followed.source);
    if (!copy) return;
    if ("problem" in copy) this.#tell(followed, { kind: "copy unusable", problem: copy.problem });
    else followed.restore(copy);
  }

  /** Asks now, and again when it is time. */
  async #ask(followed: Followed): Promise<void> {
    clearTimeout(followed.timer);
    const { signal } = this.#ending;
    const { source } = followed;
    const answer = await this.#slots.within(source, async () =>
      signal.aborted ? undefined : await fetchRemote(source, followed.validators, this.#client, signal),
    );
    // By now it may not be followed any more, or asked in another way.
    if (!answer || signal.aborted || this.#followed.get(source.id) !== followed) return;
    if (requestOf(followed.source) !== requestOf(source)) return;
    this.#take(followed, answer);
    // Somebody may have asked beside the timer.
    clearTimeout(followed.timer);
    followed.timer = setTimeout(() => void this.#ask(followed), spread(followed.pauseMs));
    followed.timer.unref();
  }

  #take(followed: Followed, answer: Answer): void {
    const before = followed.problem;
    switch (followed.take(answer, Date.now())) {
      case "failed":
        if (!before) this.#tellFailed(followed);
        break;
      case "new":
        this.#announce();
        break;
      case "confirmed":
        if (before && !followed.problem) this.#tell(followed, { kind: "recovered", sinceMs: before.sinceMs });
        if (followed.good && !followed.hasCandidate) this.#keep(followed, true);
    }
  }

  #judge(followed: Followed, verdict: Verdict): void {
    const before = followed.problem;
    if (verdict.kind === "taken") {
      if (!followed.accept(verdict.digest, verdict.entries)) return;
      if (before) this.#tell(followed, { kind: "recovered", sinceMs: before.sinceMs });
      this.#keep(followed);
      return;
    }
    const { digest, refusal } = verdict;
    if (!followed.refuse(digest, refusalWords(refusal), Date.now())) return;
    this.#tell(followed, { kind: "refused", refusal, fetchedMs: followed.good?.fetchedMs });
  }

  /** Has what is new loaded; what others fetch within a moment is loaded with it. */
  #announce(): void {
    this.#isChanged = true;
    if (!this.#follower || this.#gathering !== undefined) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      this.#isChanged = false;
      this.#follower?.changed();
    }, GATHER_MS);
  }

  #tellFailed(followed: Followed): void {
    const { words = "" } = followed.problem ?? {};
    this.#tell(followed, { kind: "failed", problem: words, fetchedMs: followed.good?.fetchedMs });
  }

  /**
   * Keeps a copy of what is good by then; one after the other. Where it could not be written, or somebody deleted it, that
   * is tried again each time its URL answers; that it cannot be is told once.
   *
   * @param isSame whether that is what was to be kept before
   */
  #keep(followed: Followed, isSame = false): void {
    followed.keeping = followed.keeping.then(async () => {
      const { good, source } = followed;
      if (!good || this.#followed.get(source.id) !== followed) return;
      if (isSame && followed.isKept && (await this.#copies.confirm(source, good.fetchedMs))) return;
      const problem = await this.#copies.write(source, good);
      if (problem !== undefined && followed.isKept) this.#tell(followed, { kind: "not kept", problem });
      followed.isKept = problem === undefined;
    });
  }

  #tell({ source }: Followed, what: Told): void {
    const event = { name: source.name, url: source.shown, ...what };
    if (this.#follower) this.#follower.tell(event);
    else this.#untold.push(event);
  }
}

type Told = RemoteEvent extends infer Event
  ? Event extends RemoteEvent
    ? Omit<Event, "name" | "url">
    : never
  : never;

/** All that makes a request what it is. */
function requestOf({ url, headers, ca }: RemoteSource): string {
  return JSON.stringify([url, headers, ca]);
}

/** What is wrong with something that was refused, in a few words. */
export function refusalWords(refusal: RemoteRefusal): string {
  switch (refusal.kind) {
    case "broken": {
      const [first] = refusal.diagnostics;
      const more = refusal.diagnostics.length > 1 ? ` and ${refusal.diagnostics.length - 1} more errors` : "";
      return first ? `${first.file}:${first.line}: ${first.message}${more}` : "it has errors";
    }
    case "empty":
      return `it is empty, and had ${refusal.before} before; allow_empty = true lets it`;
  }
}

/** The longest that a timer can wait, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Up to a tenth sooner, so that many that were asked at one time are not for ever. */
function spread(ms: number): number {
  return Math.min(ms, LONGEST_MS) * (0.9 + Math.random() / 10);
}
