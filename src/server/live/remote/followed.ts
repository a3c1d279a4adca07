/** One remote list or contacts, as it is followed: what is known of it, and what went wrong. */
import type { RemoteSource } from "../../../config/files/remote.ts";
import type { Answer, Validators } from "./fetch.ts";
import type { Fetched, Held, Known } from "./known.ts";

/** What is known of a remote source, for whoever asks how the server is. */
export interface RemoteState {
  /** `lists.spam`, `acme/contacts`. */
  readonly name: string;
  /** Secrets hidden. */
  readonly url: string;
  /** When the URL last said that it is what is in force, in milliseconds since the epoch; undefined where nothing is. */
  readonly fetchedMs: number | undefined;
  readonly entries: number;
  /** Whether what is in force may not be what the URL holds by now. */
  readonly isStale: boolean;
  /** Why, and since when in milliseconds since the epoch; undefined where all is well. */
  readonly problem: Problem | undefined;
}

/** Something that went wrong, in words. */
export interface Problem {
  readonly words: string;
  readonly sinceMs: number;
}

/** What an answer means: nothing new, something to be loaded, or something that went wrong. */
export type News = "confirmed" | "new" | "failed";

/** How long to wait before what failed is tried again, in milliseconds: ever longer, up to `every`. */
const FIRST_PAUSE_MS = 1000;

/** A remote source, and what is known of it. */
export class Followed {
  source: RemoteSource;
  /** Whether the configuration in force goes on without it. */
  isTolerated = false;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Settled when its copy is written. */
  keeping: Promise<void> = Promise.resolve();
  /** Whether the copy could be written when that was last tried. */
  isKept = true;
  #good: Known | undefined;
  #candidate: Fetched | undefined;
  /** That it could not be fetched. */
  #failure: Problem | undefined;
  /** That what was fetched is not good, and the digest of what that was. */
  #refusal: (Problem & { readonly digest: string }) | undefined;
  #failures = 0;

  constructor(source: RemoteSource) {
    this.source = source;
  }

  get good(): Known | undefined {
    return this.#good;
  }

  get problem(): Problem | undefined {
    return this.#failure ?? this.#refusal;
  }

  /** Whether there is something of which it is not known yet whether it is good. */
  get isUnjudged(): boolean {
    return this.#candidate !== undefined && this.#candidate.content.digest !== this.#refusal?.digest;
  }

  /** Whether there is something that is still to be found good, or was not. */
  get hasCandidate(): boolean {
    return this.#candidate !== undefined;
  }

  /** Those of what was fetched last. */
  get validators(): Validators | undefined {
    return (this.#candidate ?? this.#good)?.validators;
  }

  /** How long to wait before it is asked again, in milliseconds. */
  get pauseMs(): number {
    const { everyMs } = this.source;
    if (this.#failures === 0) return everyMs;
    return Math.min(everyMs, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures - 1, 30));
  }

  /** What the thread that loads is given of it. */
  get held(): Held {
    const isLost = this.#good === undefined && !this.isTolerated;
    return {
      good: this.#good && { content: this.#good.content, entries: this.#good.entries },
      candidate: this.#candidate?.content,
      problem: isLost ? (this.problem?.words ?? "what it answered has errors") : undefined,
    };
  }

  get state(): RemoteState {
    const { name, shown } = this.source;
    return {
      ...{ name, url: shown },
      fetchedMs: this.#good?.fetchedMs,
      entries: this.#good?.entries ?? 0,
      isStale: this.problem !== undefined || this.#good === undefined,
      problem: this.problem,
    };
  }

  /** Takes what an earlier run of the program kept. */
  restore(copy: Known): void {
    this.#good ??= copy;
  }

  /** Takes another way to ask: what was fetched so far is still what it was, though it may have been for other eyes. */
  askAs(source: RemoteSource): void {
    const forget = <Some extends Fetched>(known: Some | undefined) =>
      known && { ...known, validators: { etag: undefined, lastModified: undefined } };
    this.source = source;
    this.#good = forget(this.#good);
    this.#candidate = forget(this.#candidate);
    this.#failures = 0;
  }

  /** Takes an answer. */
  take(answer: Answer, nowMs: number): News {
    if (answer.kind === "failed") {
      this.fail(answer.problem, nowMs);
      return "failed";
    }
    this.#failures = 0;
    if (answer.kind === "unchanged") return this.#confirm(nowMs);
    const { content, validators } = answer;
    if (content.digest === this.#good?.content.digest) {
      this.#candidate = undefined;
      this.#refusal = undefined;
      this.#good = { ...this.#good, validators };
      return this.#confirm(nowMs);
    }
    const isKnown = content.digest === this.#candidate?.content.digest;
    this.#candidate = { content, fetchedMs: nowMs, validators };
    return isKnown ? this.#confirm(nowMs) : "new";
  }

  /** Takes that it could not be fetched. */
  fail(words: string, nowMs: number): void {
    this.#failures++;
    this.#failure = { words, sinceMs: this.problem?.sinceMs ?? nowMs };
  }

  /** Takes that what was fetched is not good. @returns whether that is news */
  refuse(digest: string, words: string, nowMs: number): boolean {
    if (this.#candidate?.content.digest !== digest) return false;
    const isNews = this.#refusal?.digest !== digest;
    this.#refusal = { words, digest, sinceMs: this.problem?.sinceMs ?? nowMs };
    this.#failure = undefined;
    return isNews;
  }

  /** Takes that what was fetched is good. @returns whether that is what was fetched last */
  accept(digest: string, entries: number): boolean {
    const candidate = this.#candidate;
    if (candidate?.content.digest !== digest) return false;
    this.#good = { ...candidate, entries };
    this.#candidate = undefined;
    this.#refusal = undefined;
    this.#failure = undefined;
    return true;
  }

  #confirm(nowMs: number): News {
    this.#failure = undefined;
    // What was fetched last is what was confirmed: where that is broken, what is good is as old as before.
    if (this.#good && !this.#candidate) this.#good = { ...this.#good, fetchedMs: nowMs };
    return "confirmed";
  }
}
