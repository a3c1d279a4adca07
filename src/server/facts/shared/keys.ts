/** What is counted together on the server, and under which keys. */
import { createHash, createHmac } from "node:crypto";
import type { LimitUse } from "../../../routing/arrival.ts";
import type { Counting } from "../counters.ts";
import { keyOf } from "../key.ts";

/** The keys of one call. */
export interface CallKeys {
  /** In the order that the scripts have them. */
  readonly keys: readonly string[];
  /** The call among others. */
  readonly id: string;
}

/**
 * Names keys: the prefix, a digest of the API key, and a digest of what is counted, which the API key goes into too.
 * So installations do not mix, and nobody who sees the server learns who calls. The braces keep all of them in one slot of
 * a cluster, as a script that takes several needs.
 */
export class KeyNames {
  readonly #base: string;
  readonly #secret: string;

  /** @param secret the first API key */
  constructor(prefix: string, secret: string) {
    const digest = createHash("sha256").update(`switchhook ${secret}`).digest("hex").slice(0, 12);
    this.#base = `${prefix}{${digest}}`;
    this.#secret = secret;
  }

  /** A key that says that the server takes what is written. */
  get probe(): string {
    return `${this.#base}:probe`;
  }

  /** The keys of a call. */
  of({ call: { channel, from, to, id }, client, caller, uses }: Counting): CallKeys {
    const own = this.#digest(id ? ["id", keyOf(id)] : [channel, keyOf(from), keyOf(to)]);
    const whose = this.#digest([client, caller ?? ""]);
    const keys = ["call", "calls", "agent"].map(
      (kind) => `${this.#base}:${kind}:${kind === "call" ? own : whose}`,
    );
    return { keys: [...keys, ...uses.map((use) => this.#limitKey(use))], id: own };
  }

  /** Of a limit that is defined otherwise, other calls count. */
  #limitKey({ id, plan: { calls, perMs, by }, key }: LimitUse): string {
    return `${this.#base}:limit:${this.#digest([id, String(calls), String(perMs), by, key])}`;
  }

  #digest(parts: readonly string[]): string {
    const text = JSON.stringify(parts);
    return createHmac("sha256", this.#secret).update(text).digest("base64url").slice(0, 22);
  }
}
