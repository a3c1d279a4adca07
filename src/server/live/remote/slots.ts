/** How many URLs are asked at a time. */

/** So many in all, however many there are; and so many of one server. */
export const AT_ONCE: Bounds = { inAll: 32, ofServer: 8 };

/** The most requests at a time. */
export interface Bounds {
  readonly inAll: number;
  readonly ofServer: number;
}

/** Places for requests; whoever finds none free waits for one, in the order of coming. */
export class Slots {
  readonly #bounds: Bounds;
  readonly #all: Places;
  readonly #ofServer = new Map<string, Places>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#all = new Places(bounds.inAll);
  }

  /** Asks a URL when there is a place for it. Requests to a server that hangs keep none of the others waiting. */
  within<Result>({ url }: { readonly url: string }, ask: () => Promise<Result>): Promise<Result> {
    const server = URL.parse(url)?.origin ?? "";
    const places = this.#ofServer.get(server) ?? new Places(this.#bounds.ofServer);
    this.#ofServer.set(server, places);
    return places.within(() => this.#all.within(ask));
  }
}

class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

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
