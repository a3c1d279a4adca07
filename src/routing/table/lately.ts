/** What was asked for lately, by its key; what was not for longest is forgotten, so that there is never too much of it. */
export class Lately<Key, Value> {
  readonly #half: number;
  #newer = new Map<Key, Value>();
  /** What was asked for before that, and may be again. */
  #older = new Map<Key, Value>();

  /** @param most how many are kept */
  constructor(most: number) {
    this.#half = Math.ceil(most / 2);
  }

  get(key: Key): Value | undefined {
    const value = this.#newer.get(key);
    if (value !== undefined) return value;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    if (this.#newer.size >= this.#half) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(key, value);
  }
}
