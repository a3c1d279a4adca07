/** Places for requests; whoever finds none free waits for one, in the order of coming. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param count how many there are */
  constructor(count: number) {
    this.#free = count;
  }

  /** Does some work when there is a place for it. */
  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
