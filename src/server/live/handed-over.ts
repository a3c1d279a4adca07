/** Something that is handed over, and not kept by whoever had it. */

/**
 * Something that can be taken out once. An asynchronous function keeps what it was given as long as a function lives that was
 * made in it: so it is given this, where that is large and of use at the beginning only.
 */
export class HandedOver<Value extends object> {
  #value: Value | undefined;

  constructor(value: Value) {
    this.#value = value;
  }

  /** @throws where it was taken already */
  take(): Value {
    const value = this.#value;
    if (!value) throw new Error("Cannot take what was handed over: it is gone");
    this.#value = undefined;
    return value;
  }
}
