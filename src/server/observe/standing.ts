/** How the configuration stands: which one is in force since when, and which one is kept out and why. */
import type { Diagnostic } from "../../config/findings/findings.ts";
import type { Observer, ReloadEvent } from "./observer.ts";

/** The configuration in force. */
export interface InForce {
  readonly hash: string;
  readonly file: string;
  /** When it was put in force, in milliseconds since the epoch. */
  readonly loadedMs: number;
  /** How many of each it has. */
  readonly numbers: number;
  readonly clients: number;
  readonly expectations: number;
}

/** Why what the files say now is not in force. Times are milliseconds since the epoch. */
export type KeptOut =
  /** It has errors. */
  | {
      readonly kind: "refused";
      readonly sinceMs: number;
      readonly hash: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** It cannot be read now. */
  | { readonly kind: "failed"; readonly sinceMs: number; readonly reason: string };

/** Follows what becomes of configurations. */
export class Standing {
  #inForce: InForce;
  #keptOut: KeptOut | undefined;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(inForce: InForce, now: () => number) {
    this.#inForce = inForce;
    this.#now = now;
  }

  get inForce(): InForce {
    return this.#inForce;
  }

  get keptOut(): KeptOut | undefined {
    return this.#keptOut;
  }

  /** Takes note of a reload. */
  readonly reloaded: Observer["reloaded"] = (event: ReloadEvent) => {
    switch (event.kind) {
      case "applied": {
        const { hash, file, numbers, clients, expectations } = event;
        this.#inForce = { hash, file, loadedMs: this.#now(), numbers, clients, expectations };
        this.#keptOut = undefined;
        return;
      }
      case "unchanged":
        this.#keptOut = undefined;
        return;
      case "refused": {
        const { hash, diagnostics } = event;
        this.#keptOut = { kind: "refused", sinceMs: this.#since("refused"), hash, diagnostics };
        return;
      }
      case "failed":
        this.#keptOut = { kind: "failed", sinceMs: this.#since("failed"), reason: event.reason };
        return;
      case "detached":
        return;
    }
  };

  /** A file that is edited again and still has errors has been kept out since the first time. */
  #since(kind: KeptOut["kind"]): number {
    return this.#keptOut?.kind === kind ? this.#keptOut.sinceMs : this.#now();
  }
}
