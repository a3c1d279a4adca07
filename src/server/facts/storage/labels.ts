/** Texts of which there are few, each kept once and known by a number. */

/** So many texts are told apart; one beyond that counts as empty. */
const MOST_LABELS = 100_000;

/** Numbers texts, from 0 for the empty one. */
export class Labels {
  readonly #byText = new Map<string, number>([["", 0]]);
  readonly #texts: string[] = [""];

  /** The number of a text, which gets one if it has none yet. */
  of(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (this.#texts.length === MOST_LABELS) return 0;
    // A copy: a slice of a string keeps all of that string alive in JavaScriptCore and in V8.
    const copy = Buffer.from(text).toString();
    this.#byText.set(copy, this.#texts.length);
    return this.#texts.push(copy) - 1;
  }

  /** The number of a text that has one. */
  known(text: string): number | undefined {
    return this.#byText.get(text);
  }

  /** The text of a number. */
  text(label: number): string {
    return this.#texts[label] ?? "";
  }
}
