/** The link to the server through which machines count together: up, or this machine is alone. */
import type { SharedSettings } from "../../../config/read/settings/shared.ts";
import { failureOf, failureWords } from "../../../outbound/failure.ts";
import { within } from "../../live/within.ts";
import { type Connection, connect } from "./connect.ts";
import { PATIENCE_MS, Patience } from "./patience.ts";
import { BEGIN, type Script, SETTLE } from "./scripts.ts";

/**
 * How long to wait before the server is tried again, in milliseconds: ever longer where it does not stay for `steadyMs`, since
 * each time costs calls up to {@link PATIENCE_MS}.
 */
const AGAIN_MS = { first: 250, longest: 10_000, steadyMs: 10_000 } as const;
/** So often a connection that says nothing is tried before another one is opened. */
const MOST_PROBES = 5;

/** What became of the link. */
export type LinkChange =
  /** This machine counts by itself from now on. */
  | { readonly kind: "alone"; readonly reason: string }
  /** Calls are counted together again, or for the first time. @property afterMs how long they were not */
  | { readonly kind: "together"; readonly afterMs: number };

/** How the link is; plain data. */
export interface LinkState {
  readonly isUp: boolean;
  /** Since when, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Why this machine is alone; undefined where it is not. */
  readonly reason: string | undefined;
}

/** What a link tells. */
export interface LinkEvents {
  readonly changed: (change: LinkChange) => void;
  /** Told how long the server took to answer, in milliseconds, or how long a call waited in vain. */
  readonly waited: (ms: number) => void;
}

/**
 * A link that opens itself, and again whenever it is lost. A call never waits for it for longer than {@link PATIENCE_MS},
 * and not at all once an earlier one has waited in vain.
 */
export class Link {
  readonly #settings: SharedSettings;
  readonly #probeKey: string;
  readonly #events: LinkEvents;
  readonly #patience = new Patience();
  /** Undefined while this machine is alone. */
  #connection: Connection | undefined;
  #state: LinkState;
  #failed = Promise.withResolvers<string>();
  #isClosed = false;
  /** With how long what is under way may still take, in milliseconds. */
  readonly #closed = Promise.withResolvers<number>();
  readonly #tried = Promise.withResolvers<void>();

  /** @param probeKey a key that is written to see whether the server takes what is written */
  constructor(settings: SharedSettings, probeKey: string, events: LinkEvents) {
    this.#settings = settings;
    this.#probeKey = probeKey;
    this.#events = events;
    this.#state = { isUp: false, sinceMs: Date.now(), reason: NOT_YET };
    void this.#follow();
  }

  get state(): LinkState {
    return this.#state;
  }

  get isUp(): boolean {
    return this.#connection !== undefined;
  }

  /** Resolves once it is known whether the server can be reached. */
  get tried(): Promise<void> {
    return this.#tried.promise;
  }

  /**
   * Runs a script for a call that waits; `inTime` resolves with undefined where there is no answer soon, and never rejects.
   * `ever` is the answer whenever it comes; it may never settle.
   */
  ask(script: Script, keys: readonly string[], args: readonly string[]) {
    const connection = this.#connection;
    if (!connection) return undefined;
    const startMs = performance.now();
    const ever = run(connection, script, keys, args);
    const inTime = this.#patience.for(ever.then((answer) => ({ answer }))).then(
      (answered) => {
        this.#events.waited(performance.now() - startMs);
        if (!answered) this.#fail(connection, `no answer within ${PATIENCE_MS} ms`);
        return answered?.answer;
      },
      (error: unknown) => {
        this.#fail(connection, this.#reasonOf(error));
        return undefined;
      },
    );
    return { ever, inTime };
  }

  /** Runs a script for which nobody waits; where that fails, nothing comes of it. */
  tell(script: Script, keys: readonly string[], args: readonly string[]): void {
    const connection = this.#connection;
    if (!connection) return;
    run(connection, script, keys, args).catch((error: unknown) =>
      this.#fail(connection, this.#reasonOf(error)),
    );
  }

  /** Ends the link for good; what is under way may still be answered within `graceMs`. */
  close(graceMs = 0): void {
    this.#isClosed = true;
    this.#connection = undefined;
    this.#closed.resolve(graceMs);
    this.#failed.resolve("closed");
  }

  /** Leaves a connection alone from the first thing that goes wrong with it. */
  #fail(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#failed.resolve(reason);
  }

  async #follow(): Promise<void> {
    let connection: Connection | undefined;
    let againMs: number = AGAIN_MS.first;
    let probes = 0;
    let isLost = false;
    while (!this.#isClosed) {
      let reason: string;
      let isSteady = false;
      try {
        if (!connection) {
          isLost = false;
          probes = 0;
          const opened: Connection = await connect(this.#settings, (error) => {
            isLost = true;
            this.#fail(opened, this.#reasonOf(error));
          });
          connection = opened;
        }
        await this.#probe(connection);
        if (this.#isClosed) break;
        const upMs = performance.now();
        this.#together(connection);
        reason = await this.#failed.promise;
        isSteady = performance.now() - upMs > AGAIN_MS.steadyMs;
        probes = 0;
      } catch (error) {
        reason = this.#reasonOf(error);
        probes++;
      }
      if (this.#isClosed) break;
      this.#alone(reason);
      if (isLost || probes >= MOST_PROBES) {
        connection?.close();
        connection = undefined;
      }
      const wasUp = probes === 0;
      if (wasUp) againMs = isSteady ? AGAIN_MS.first : Math.min(againMs * 2, AGAIN_MS.longest);
      await within(againMs, this.#closed.promise);
    }
    const left = connection;
    if (left) setTimeout(() => left.close(), await this.#closed.promise);
  }

  /** Rejects unless the server knows the scripts and takes what is written, in time. */
  async #probe(connection: Connection): Promise<void> {
    const key = this.#probeKey;
    const commands = [
      ["SET", key, "1", "PX", "10000"],
      ...[BEGIN, SETTLE].map(({ text }) => ["SCRIPT", "LOAD", text]),
    ];
    const answered = Promise.all(commands.map((command) => connection.send(key, command)));
    if (!(await this.#patience.for(answered))) throw new Error(`no answer within ${PATIENCE_MS} ms`);
  }

  #together(connection: Connection): void {
    this.#failed = Promise.withResolvers();
    this.#connection = connection;
    const afterMs = Date.now() - this.#state.sinceMs;
    this.#state = { isUp: true, sinceMs: Date.now(), reason: undefined };
    this.#tried.resolve();
    this.#events.changed({ kind: "together", afterMs });
  }

  #alone(reason: string): void {
    const { isUp, sinceMs, reason: before } = this.#state;
    const isFirst = isUp || before === NOT_YET;
    this.#state = { isUp: false, sinceMs: isUp ? Date.now() : sinceMs, reason };
    this.#tried.resolve();
    if (isFirst) this.#events.changed({ kind: "alone", reason });
  }

  /** In a few words, without any secret. */
  #reasonOf(error: unknown): string {
    const { place, password, sentinelPassword } = this.#settings;
    const [node = { host: "" }] = place.kind === "server" ? [place.node] : place.nodes;
    let words = failureWords(failureOf(error, "connecting", node.host));
    for (const secret of [password, sentinelPassword]) {
      if (secret !== undefined) words = words.replaceAll(secret, () => "***");
    }
    return words;
  }
}

const NOT_YET = "not connected yet";

/** Runs a script by its digest, and by its text where the server does not know it. */
async function run(
  connection: Connection,
  { text, sha }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const [key = ""] = keys;
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await connection.send(key, ["EVALSHA", sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return await connection.send(key, ["EVAL", text, ...rest]);
  }
}
