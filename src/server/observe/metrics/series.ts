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

/** So many combinations are found at once; those beyond are looked for anew. */
const MOST_WAYS = 10_000;

/** The way from the values of labels, one after the other, to what they are counted by. */
type Way<Label extends string> = Map<string, Way<Label> | Series<Label>>;

/** Counts things that are told apart by labels. */
export class LabelledCounter<Label extends string> {
  readonly #names: readonly Label[];
  readonly #labels: readonly (readonly [name: Label, bounded: BoundedLabel])[];
  readonly #mostSeries: number;
  readonly #series = new Map<string, Series<Label>>();
  /**
   * Where each combination of values is counted that has come, those that are `other` too. To look five texts up that are
   * there already takes a tenth of joining them to one that is then looked up (0.1 of 1 µs).
   */
  readonly #ways: Way<Label> = new Map();
  #wayCount = 0;

  /**
   * @param most how many different values of each label are told apart
   * @param mostSeries how many combinations are; every further one is counted with all its labels as {@link OTHER}
   */
  constructor(most: Readonly<Record<Label, number>>, mostSeries: number) {
    // `Object.entries` forgets that there are no other keys.
    const names = Object.keys(most) as Label[];
    this.#names = names;
    this.#labels = names.map((name) => [name, new BoundedLabel(most[name])]);
    this.#mostSeries = mostSeries;
  }

  count(labels: Readonly<Record<Label, string>>): void {
    let at: Way<Label> | Series<Label> | undefined = this.#ways;
    for (const name of this.#names) at = at instanceof Map ? at.get(labels[name]) : undefined;
    const series = at === undefined || at instanceof Map ? this.#seriesOf(labels) : at;
    series.count++;
  }

  /** Finds what these are counted by, and makes a way to it. */
  #seriesOf(labels: Readonly<Record<Label, string>>): Series<Label> {
    const series = this.#boundedSeries(labels);
    if (this.#wayCount === MOST_WAYS) {
      this.#ways.clear();
      this.#wayCount = 0;
    }
    this.#wayCount++;
    let way = this.#ways;
    for (const [at, name] of this.#names.entries()) {
      const value = labels[name];
      if (at === this.#names.length - 1) {
        way.set(value, series);
        break;
      }
      const known = way.get(value);
      const next: Way<Label> = known instanceof Map ? known : new Map();
      way.set(value, next);
      way = next;
    }
    return series;
  }

  #boundedSeries(labels: Readonly<Record<Label, string>>): Series<Label> {
    const isFull = this.#series.size >= this.#mostSeries;
    const bounded = this.#labels.map(
      ([name, label]) => [name, isFull ? OTHER : label.of(labels[name])] as const,
    );
    const key = bounded.map(([, value]) => value).join("\0");
    const known = this.#series.get(key);
    if (known) return known;
    const series = { labels: Object.fromEntries(bounded) as Record<Label, string>, count: 0 };
    this.#series.set(key, series);
    return series;
  }

  /** Everything that was counted. */
  get series(): Iterable<Series<Label>> {
    return this.#series.values();
  }
}
