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
const MOST_KNOWN = 10_000;
/** So many of them for one value of the label that they are found by. */
const MOST_BESIDE = 16;

/** A combination of values that has come, and what it is counted by: that may have `other` in it. */
interface Known<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly series: Series<Label>;
}

/** Counts things that are told apart by labels. */
export class LabelledCounter<Label extends string> {
  readonly #names: readonly Label[];
  readonly #labels: readonly (readonly [name: Label, bounded: BoundedLabel])[];
  readonly #mostSeries: number;
  readonly #series = new Map<string, Series<Label>>();
  /**
   * By the value of the label that tells most apart, so that one look and a few comparisons find nearly every call, and the
   * values need not be joined to one text that is looked up.
   */
  readonly #known = new Map<string, Known<Label>[]>();
  readonly #by: Label;
  #knownCount = 0;

  /**
   * @param most how many different values of each label are told apart
   * @param mostSeries how many combinations are; every further one is counted with all its labels as {@link OTHER}
   * @param by the label that tells most apart
   */
  constructor(most: Readonly<Record<Label, number>>, mostSeries: number, by: NoInfer<Label>) {
    this.#by = by;
    // `Object.entries` forgets that there are no other keys.
    const names = Object.keys(most) as Label[];
    this.#names = names;
    this.#labels = names.map((name) => [name, new BoundedLabel(most[name])]);
    this.#mostSeries = mostSeries;
  }

  count(labels: Readonly<Record<Label, string>>): void {
    const beside = this.#known.get(labels[this.#by]);
    if (beside) {
      for (const { labels: known, series } of beside) {
        if (!this.#areSame(known, labels)) continue;
        series.count++;
        return;
      }
    }
    const series = this.#boundedSeries(labels);
    series.count++;
    this.#know(labels, series);
  }

  /** A loop, since a function for `every` would be made for each call. */
  #areSame(known: Readonly<Record<Label, string>>, labels: Readonly<Record<Label, string>>): boolean {
    for (const name of this.#names) if (known[name] !== labels[name]) return false;
    return true;
  }

  #know(labels: Readonly<Record<Label, string>>, series: Series<Label>): void {
    if (this.#knownCount >= MOST_KNOWN) {
      this.#known.clear();
      this.#knownCount = 0;
    }
    const value = labels[this.#by];
    const beside = this.#known.get(value);
    if (beside && beside.length >= MOST_BESIDE) return;
    if (beside) beside.push({ labels, series });
    else this.#known.set(value, [{ labels, series }]);
    this.#knownCount++;
  }

  #boundedSeries(labels: Readonly<Record<Label, string>>): Series<Label> {
    const own = this.#labels.map(([name, label]) => [name, label.of(labels[name])] as const);
    const known = this.#seriesOf(own);
    if (known || this.#series.size < this.#mostSeries) return known ?? this.#newSeries(own);
    // Only what has no series yet: the others go on, whether they are found at once or not.
    const other = this.#names.map((name) => [name, OTHER] as const);
    return this.#seriesOf(other) ?? this.#newSeries(other);
  }

  #seriesOf(bounded: readonly (readonly [Label, string])[]): Series<Label> | undefined {
    return this.#series.get(keyOf(bounded));
  }

  #newSeries(bounded: readonly (readonly [Label, string])[]): Series<Label> {
    const series = { labels: Object.fromEntries(bounded) as Record<Label, string>, count: 0 };
    this.#series.set(keyOf(bounded), series);
    return series;
  }

  /** Everything that was counted. */
  get series(): Iterable<Series<Label>> {
    return this.#series.values();
  }
}

function keyOf(bounded: readonly (readonly [name: string, value: string])[]): string {
  return bounded.map(([, value]) => value).join("\0");
}
