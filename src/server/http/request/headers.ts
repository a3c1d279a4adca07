/** The header lines of a request. */
import { standIn } from "../stand-in.ts";

/**
 * Header lines as they came; in use a `Headers`, which is made where somebody wants more of it than a value or two.
 * Names are in lower case, values are without the blanks around them.
 */
export class HeaderLines {
  readonly #names: string[];
  readonly #values: string[];
  #standard: Headers | undefined;

  /** @param names those of lines that are there already; where these are shared, nothing may be added */
  constructor(names: string[] = [], values: string[] = []) {
    this.#names = names;
    this.#values = values;
  }

  /** How many lines there are. */
  get count(): number {
    return this.#names.length;
  }

  add(name: string, value: string): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  /** The value of a header; those of several lines one behind the other, as RFC 9110 (section 5.3) joins them. */
  get(name: string): string | null {
    const wanted = name.toLowerCase();
    let value: string | null = null;
    for (let at = this.#names.indexOf(wanted); at >= 0; at = this.#names.indexOf(wanted, at + 1)) {
      value = value === null ? (this.#values[at] ?? "") : `${value}, ${this.#values[at]}`;
    }
    return value;
  }

  /** How many lines have this name, which must be in lower case. */
  countOf(name: string): number {
    let count = 0;
    for (let at = this.#names.indexOf(name); at >= 0; at = this.#names.indexOf(name, at + 1)) count++;
    return count;
  }

  /** Everything else of a `Headers`. */
  get standard(): Headers {
    this.#standard ??= new Headers(this.#names.map((name, at) => [name, this.#values[at] ?? ""]));
    return this.#standard;
  }
}

standIn(HeaderLines.prototype, Headers.prototype);
