export class Retries<T> {
  readonly make: () => T;
  constructor(make: () => T) {
    this.make = make;
  }
  seen(c: { id: string | undefined; from: string; to: string; channel: string }, nowMs: number) {
    return { key: c.id ?? c.from, firstMs: nowMs, notes: this.make() };
  }
}
