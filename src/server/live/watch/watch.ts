/**
 * Notices that files have changed.
 *
 * What counts is what the files look like when they are looked at, once a second: that sees a write in place, a
 * rename over the file, a deletion, a swapped symbolic link and a change on a file system without events alike.
 * Events only make it look at once. A watcher on a file would go blind when an editor renames a new file over it, so
 * directories are watched.
 */
import { type FSWatcher, watch } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { isCoarse, lookAt } from "../../../config/files/text-file.ts";
import { type LookAt, type Looks, lookAgain, sameLooks } from "./looks.ts";

/** How long to wait for what, in milliseconds. */
export interface Pace {
  /** Between two looks, when no event says otherwise; longer where there are so many files that looking takes time. */
  readonly lookMs: number;
  /** The same at most, however many files there are. */
  readonly longestLookMs: number;
  /** How long files must stay as they are, after a change, before they are taken for whole. */
  readonly quietMs: number;
  /** The same after a second change within `quietMs`: somebody is still writing. */
  readonly slowQuietMs: number;
  /** The same where time stamps have whole seconds only, so that a second write in the same second may not show. */
  readonly coarseQuietMs: number;
  /** Files that never rest are read nevertheless after so long. */
  readonly patienceMs: number;
}

/** A change is in force within 2 s, and within 5 s where there are neither events nor fine time stamps. */
const PACE: Pace = {
  ...{ lookMs: 1000, longestLookMs: 3000 },
  ...{ quietMs: 400, slowQuietMs: 1000, coarseQuietMs: 2000 },
  patienceMs: 30_000,
};

/** Looking takes no more than this share of the time. */
const LOOKING_SHARE = 1 / 200;

/** A running watch. */
export interface Watch {
  /** Watches these files from now on. A change is a difference to what they look like here. */
  follow(files: Looks): void;
  close(): void;
}

/** Whoever is told what a watch sees. */
export interface Watcher {
  /** Files begin to change: they may not be whole yet. */
  stirred(): void;
  /**
   * Files have changed and come to rest, or patience has run out; with what they look like. It is not called again
   * before it has resolved.
   */
  changed(isResting: boolean, looks: Looks): Promise<void>;
}

/**
 * Starts a watch. Until {@link Watcher.changed} calls {@link Watch.follow}, what the files looked
 * like then is what the next change is measured against.
 */
export function watchFiles(watcher: Watcher, pace: Pace = PACE, look: LookAt = lookAt): Watch {
  const looksOf = lookAgain(look, pace.lookMs);
  let seen: Looks = new Map();
  let closed = false;
  const alarm = new Alarm();
  const directories = new DirectoryWatchers(() => alarm.ring());

  const run = async () => {
    let lookedMs = 0;
    while (!closed) {
      await alarm.sleep(Math.min(Math.max(pace.lookMs, lookedMs / LOOKING_SHARE), pace.longestLookMs));
      if (closed) return;
      const startMs = performance.now();
      const isSame = sameLooks(await looksOf(seen), seen);
      lookedMs = performance.now() - startMs;
      if (isSame || closed) continue;
      watcher.stirred();
      const { looks, isResting } = await restOf(seen, looksOf, pace);
      // A reload that was asked for may have come first.
      if (sameLooks(looks, seen)) continue;
      seen = looks;
      if (!closed) await watcher.changed(isResting, looks);
    }
  };

  void run();
  return {
    follow(files) {
      seen = files;
      void directories.watch(files.keys());
    },
    close() {
      closed = true;
      directories.close();
      alarm.ring();
    },
  };
}

/** A sleep that can be cut short. A ring while nobody sleeps cuts the next sleep short. */
class Alarm {
  #isRung = false;
  #wake = () => {};

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  async sleep(ms: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isRung = false;
  }
}

const looksNow = lookAgain(lookAt, PACE.lookMs);

/** Whether files still look as they did, as far as they can be seen. */
export async function areUnchanged(files: Looks): Promise<boolean> {
  return sameLooks(await looksNow(files), files);
}

/** Waits until files have stayed as they are for a while, or patience runs out; returns what they look like then. */
async function restOf(
  seen: Looks,
  looksOf: (before: Looks) => Promise<Looks>,
  pace: Pace,
): Promise<{ readonly looks: Looks; readonly isResting: boolean }> {
  const startMs = performance.now();
  let looks = await looksOf(seen);
  let restingSinceMs = startMs;
  let changes = 1;
  for (;;) {
    const quietMs = [...looks.values()].some(isCoarse)
      ? pace.coarseQuietMs
      : changes > 1
        ? pace.slowQuietMs
        : pace.quietMs;
    const nowMs = performance.now();
    if (nowMs - restingSinceMs >= quietMs) return { looks, isResting: true };
    if (nowMs - startMs >= pace.patienceMs) return { looks, isResting: false };
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, quietMs)));
    const next = await looksOf(looks);
    if (!sameLooks(next, looks)) {
      looks = next;
      changes += 1;
      restingSinceMs = performance.now();
    }
  }
}

/** Watches the directories that files are in, and those that their symbolic links lead to. */
class DirectoryWatchers {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onEvent: () => void;
  #files: Iterable<string> = [];

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  async watch(files: Iterable<string>): Promise<void> {
    this.#files = files;
    const wanted = new Set<string>();
    for (const file of files) {
      wanted.add(dirname(file));
      wanted.add(dirname(await realpath(file).catch(() => file)));
    }
    // By now other files may be asked for, or none.
    if (this.#files !== files) return;
    for (const directory of this.#watchers.keys()) if (!wanted.has(directory)) this.#drop(directory);
    for (const directory of wanted) if (!this.#watchers.has(directory)) this.#add(directory);
  }

  close(): void {
    this.#files = [];
    for (const directory of this.#watchers.keys()) this.#drop(directory);
  }

  #add(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, this.#onEvent);
      watcher.on("error", () => this.#drop(directory));
      this.#watchers.set(directory, watcher);
    } catch {
      // No such directory, or no more watches to be had: then the look once a second has to do.
    }
  }

  #drop(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
  }
}
