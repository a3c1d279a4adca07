/** The configuration in force, and how it follows its files. */
import { isCoarse } from "../../config/files/text-file.ts";
import type { ScopePlan } from "../../routing/plan.ts";
import type { ReloadEvent, RemoteEvent } from "../observe/observer.ts";
import { betweenCalls } from "./between-calls.ts";
import { compileDeskSliced, type Desk, type LazyConfig } from "./desk.ts";
import { lossesIn } from "./inventory.ts";
import { Leftovers } from "./leftovers.ts";
import { type Delivery, Loader } from "./loader.ts";
import { type LazyLoaded, unpack } from "./parcel/parcel.ts";
import { Pauses } from "./pauses.ts";
import { RemoteFiles } from "./remote/remote-files.ts";
import type { First } from "./start.ts";
import { type Looks, sameLooks } from "./watch/looks.ts";
import { DetachedFiles } from "./watch/mounts.ts";
import { areUnchanged, type Watch, watchFiles } from "./watch/watch.ts";
import { within } from "./within.ts";

/** A configuration that follows its files. */
export interface Live {
  /**
   * Asks the URLs and loads the files now, changed or not, without waiting for them to rest, and resolves with what became
   * of that.
   */
  reload(): Promise<ReloadEvent>;
  /** Follows no more; what is being loaded is not put in force. */
  close(): void;
}

/** Whoever follows a configuration. */
export interface Follower {
  /** Puts a configuration in force; it must not fail half-way. */
  apply(config: LazyConfig, desk: Desk): void;
  /** Is told that the files are being read. */
  reading(): void;
  /** Is told that they are not being read any more. */
  settled(): void;
  /** Is told what became of each time that the files were read. */
  reloaded(event: ReloadEvent): void;
  /** Is told of lists and contacts that come from URLs. */
  remote(event: RemoteEvent): void;
}

/** Why a configuration is loaded. */
interface Cause {
  /** The files have come to rest. */
  readonly isResting?: boolean;
  /** Something was fetched. */
  readonly isRemote?: boolean;
  /** A load that was begun early. */
  readonly begun?: Promise<Delivery> | undefined;
}

/** How long a load may take before it is said to hang, and another may begin beside it, in milliseconds. */
const PATIENCE_MS = 20_000;

/** When it is. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How often it is looked at, in milliseconds. */
  readonly everyMs: number;
}

const REAL_CLOCK: Clock = { now: Date.now, everyMs: 3_600_000 };

/** How old a configuration with holidays may become before it is loaded anew, in milliseconds. */
const AGED_MS = 30 * 86_400_000;

/**
 * Follows the files of a configuration from `first` on, which has no errors, and puts each good new one in force.
 *
 * A configuration with errors never replaces a good one: the errors are told, and the old one stays. What could not be
 * read for a reason that may pass is tried again, with growing pauses. A configuration with holidays, which are those of
 * the years around, is loaded anew once a month.
 *
 * @param remote the lists and contacts of `first` that come from URLs; they are followed too
 */
export function followConfig(
  first: First & { readonly config: LazyConfig },
  { apply, reading, settled, reloaded, remote: tell }: Follower,
  clock: Clock = REAL_CLOCK,
  remote: RemoteFiles = new RemoteFiles(),
): Live {
  // What is kept is named here, so that the configuration itself is not.
  const { path: file, hash: firstHash, files: firstFiles } = first;
  let isClosed = false;
  let inForce = first.inventory().then((inventory) => ({ hash: firstHash, inventory }));
  let started = 0;
  let loadedMs = clock.now();
  let isDated = hasHolidays(first.config);
  const pauses = new Pauses();
  const detachedFiles = new DetachedFiles(firstFiles);

  const loader = new Loader();
  // One load after the other: what was read last is what is in force.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (step: () => Promise<ReloadEvent | undefined>): Promise<ReloadEvent | undefined> => {
    const done = queue.then(step).catch((error: unknown) => tryAgain(reasonOf(error)));
    queue = done;
    return done;
  };
  const reload = async (): Promise<ReloadEvent> =>
    (await inTurn(() => load({}))) ?? { kind: "failed", file, reason: "the server is stopping" };
  const reloadAll = async (): Promise<ReloadEvent> => {
    await remote.refresh();
    return await reload();
  };
  // What the watch saw may have been read meanwhile, for somebody asked for it.
  let read = firstFiles;
  const changed = async (isResting: boolean, looks: Looks): Promise<void> => {
    await inTurn(async () => {
      const begun = takeEarly(looks);
      const isChanged = !sameLooks(looks, read) || areCoarse(looks);
      return isChanged ? await load({ isResting, begun }) : undefined;
    });
  };

  const begin = async (): Promise<Delivery> => {
    const nowMs = clock.now();
    const isAged = isDated && nowMs - loadedMs >= AGED_MS;
    const job = { path: file, inForce: await inForce, nowMs, isAged };
    return await loader.load(job, async () => remote.held());
  };

  // While files come to rest, they are read already: mostly they are whole by then, and time is saved.
  let early: { readonly loading: Promise<Delivery>; readonly against: typeof inForce } | undefined;
  const stirred = () => {
    if (isClosed) return;
    early = { loading: begin(), against: inForce };
    // Whoever takes it hears of it.
    early.loading.catch(() => {});
  };
  /** What was begun early, if it can be relied on: where time stamps are coarse, nobody sees what changed since. */
  const takeEarly = (looks: Looks): Promise<Delivery> | undefined => {
    const { loading, against } = early ?? {};
    early = undefined;
    return against === inForce && !areCoarse(looks) ? loading : undefined;
  };

  const load = async (cause: Cause): Promise<ReloadEvent | undefined> => {
    if (isClosed) return undefined;
    reading();
    try {
      return await readAgain(cause);
    } finally {
      settled();
    }
  };

  const readAgain = async ({ begun, ...cause }: Cause): Promise<ReloadEvent | undefined> => {
    const number = ++started;
    const loading = begun ?? begin();
    const delivery = await within(PATIENCE_MS, loading);
    if (delivery) {
      const isOld = begun !== undefined && !(await areUnchanged(delivery.parcel.loaded.files));
      return isOld ? await readAgain(cause) : await take(delivery, cause);
    }
    // It is not tried again: when the files can be read, it goes on. A change meanwhile is read by another thread.
    const failed = fail(`it took longer than ${PATIENCE_MS / 1000} s`);
    const isLast = () => number === started;
    void loading.then(
      (late) => inTurn(async () => (isLast() ? await take(late, {}) : undefined)),
      (error: unknown) => inTurn(async () => (isLast() ? tryAgain(reasonOf(error)) : undefined)),
    );
    return failed;
  };

  const take = async ({ parcel, ...delivery }: Delivery, cause: Cause): Promise<ReloadEvent | undefined> => {
    if (isClosed) return undefined;
    const loaded = await betweenCalls(unpack(parcel));
    if (isClosed) return undefined;
    watch.follow(loaded.files);
    // Whatever is wrong with the configuration may be so because of that.
    if (loaded.passing !== undefined) return tryAgain(loaded.passing);
    // Written to while it was being read: the watch, which follows it now, comes back when it rests.
    if (cause.isResting && !(await areUnchanged(loaded.files))) return undefined;
    // Nothing is put in force without what its URLs hold, as far as they answer.
    const strangers = loaded.remote.filter(({ kind }) => kind === "not asked");
    if (strangers.length > 0) {
      await remote.meet(strangers.map(({ source }) => source));
      return await readAgain(cause);
    }
    pauses.end();
    read = loaded.files;
    // What is refused is not tried again until another month has passed, or a file changes.
    loadedMs = clock.now();
    for (const detached of await detachedFiles.newIn(loaded.files)) {
      reloaded({ kind: "detached", file, detached });
    }
    const event = await settle(loaded, delivery, cause);
    if (event) reloaded(event);
    return event;
  };

  const leftovers = new Leftovers();
  const settle = async (
    loaded: LazyLoaded,
    { isSame, inventory, changes, verdicts }: Omit<Delivery, "parcel">,
    { isRemote }: Cause,
  ): Promise<ReloadEvent | undefined> => {
    const { hash, config, diagnostics } = loaded;
    remote.settle(loaded.remote, verdicts, isSame || config !== undefined);
    if (isSame) return isRemote ? undefined : { kind: "unchanged", file, hash };
    if (!config) return { kind: "refused", file, hash, diagnostics };
    const desk = await betweenCalls(compileDeskSliced(config, hash));
    if (isClosed) return undefined;
    inForce = Promise.resolve({ hash, inventory });
    isDated = hasHolidays(config);
    apply(config, desk);
    leftovers.release();
    return {
      kind: "applied",
      file,
      hash,
      numbers: desk.table.size,
      clients: config.routing.clients.length,
      expectations: config.expectations,
      changes,
      diagnostics,
      warnings: lossesIn(changes),
    };
  };

  const fail = (reason: string): ReloadEvent => {
    const event: ReloadEvent = { kind: "failed", file, reason };
    // Said once, however often it is tried again.
    if (pauses.fail()) reloaded(event);
    return event;
  };

  const tryAgain = (reason: string): ReloadEvent | undefined => {
    if (isClosed) return undefined;
    const event = fail(reason);
    pauses.again(() => void reload());
    return event;
  };

  remote.listen({ changed: () => void inTurn(() => load({ isRemote: true })), tell });
  const watch: Watch = watchFiles({ stirred, changed });
  watch.follow(firstFiles);
  let isRenewing = false;
  const aging = setInterval(() => {
    if (isRenewing || !isDated || clock.now() - loadedMs < AGED_MS) return;
    isRenewing = true;
    void reload().finally(() => {
      isRenewing = false;
    });
  }, clock.everyMs);
  aging.unref();
  return {
    reload: reloadAll,
    close() {
      isClosed = true;
      pauses.end();
      leftovers.close();
      clearInterval(aging);
      watch.close();
      remote.close();
      loader.close();
    },
  };
}

/** Whether a configuration means something else as time goes by. */
function hasHolidays({ routing }: { readonly routing: Omit<LazyConfig["routing"], "numbers"> }): boolean {
  const scopes: readonly ScopePlan[] = [routing, ...routing.clients];
  return scopes.some(({ schedules }) => schedules.values().some(({ holidays }) => holidays !== undefined));
}

function areCoarse(looks: Looks): boolean {
  return looks.values().some(isCoarse);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
