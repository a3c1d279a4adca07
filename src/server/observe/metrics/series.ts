/** Counters with labels, bounded in number: labels come from the configuration, and some of them from callers. */

/** What stands for every label beyond the most. */
export const OTHER = "other";

/** Lets so many different values of a label through, and names every further one {@link OTHER}. */
class BoundedLabel {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(value);
    return value;
  }
}

/** A count, and what is counted. */
export interface Series<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  count: number;
}

/** Counts things that are told apart by labels. */
export class LabelledCounter<Label extends string> {
  readonly #labels: readonly (readonly [name: Label, bounded: BoundedLabel])[];
  readonly #mostSeries: number;
  readonly #series = new Map<string, Series<Label>>();

  /**
   * @param most how many different values of each label are told apart
   * @param mostSeries how many combinations are; every further one is counted with all its labels as {@link OTHER}
   */
  constructor(most: Readonly<Record<Label, number>>, mostSeries: number) {
    // `Object.entries` forgets that there are no other keys.
    const names = Object.keys(most) as Label[];
    this.#labels = names.map((name) => [name, new BoundedLabel(most[name])]);
    this.#mostSeries = mostSeries;
  }

  count(labels: Readonly<Record<Label, string>>): void {
    const key = this.#labels.map(([name]) => labels[name]).join("\0");
    const known = this.#series.get(key);
    if (known) known.count++;
    else this.#countNew(labels);
  }

  #countNew(labels: Readonly<Record<Label, string>>): void {
    const isFull = this.#series.size >= this.#mostSeries;
    const bounded = this.#labels.map(
      ([name, label]) => [name, isFull ? OTHER : label.of(labels[name])] as const,
    );
    const key = bounded.map(([, value]) => value).join("\0");
    const known = this.#series.get(key);
    if (known) known.count++;
    else this.#series.set(key, { labels: Object.fromEntries(bounded) as Record<Label, string>, count: 1 });
  }

  /** Everything that was counted. */
  get series(): Iterable<Series<Label>> {
    return this.#series.values();
  }
}
