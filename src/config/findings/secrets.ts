/** Keeping secrets out of everything that is printed. */

/** What Retell's API keys look like; the digit tells them from names such as `key_customers`. */
const KEY_FORM = /\bkey_(?=\w*\d)\w{8,}/g;

/** Who logs in at a URL, with a password or a token: what stands between `://` and the last `@` of the host. */
const URL_LOGIN = /(?<=:\/\/)(?:\$\{[^}]*\}|[^\s/"'\\])+(?=@)/g;
/** A token in a header; a template in its place is none. */
const BEARER = /(\bbearer[ \t]{1,4})([\w.~+/=-]{8,})/gi;

/** Shorter values are no keys, and are likely to be parts of ordinary words. */
const SHORTEST = 8;

/** The secrets of one configuration. */
export class Secrets {
  readonly #names = new Map<string, string>();
  /** The longest first: one secret may be a part of another. */
  #longestFirst: readonly (readonly [value: string, name: string])[] | undefined;

  /** From now on `value` is hidden; messages write `name` in its place. */
  add(value: string, name: string): void {
    if (value.length < SHORTEST) return;
    this.#names.set(value, name);
    // As it stands in what has been quoted.
    this.#names.set(JSON.stringify(value).slice(1, -1), name);
    this.#longestFirst = undefined;
  }

  /** A text with the names of the secrets in their places. */
  named(text: string): string {
    return this.#replaced(text, (_value, name) => name);
  }

  /** A text of the same length, with asterisks in place of the secrets. */
  blanked(text: string): string {
    return this.#replaced(text, asterisks);
  }

  #replaced(text: string, replacement: (value: string, name: string) => string): string {
    let shown = text;
    this.#longestFirst ??= [...this.#names].sort(([a], [b]) => b.length - a.length);
    for (const [value, name] of this.#longestFirst)
      shown = shown.replaceAll(value, () => replacement(value, name));
    return shown
      .replace(KEY_FORM, asterisks)
      .replace(BEARER, (_all, word: string, token: string) => word + asterisks(token))
      .replace(URL_LOGIN, blankedLogin);
  }
}

/** Templates in a login stay: they name a secret, and do not show it. */
function blankedLogin(login: string): string {
  return login.replace(/(\$\{[^}]*\})|[^$]+|\$/g, (part, template?: string) => template ?? asterisks(part));
}

/** As many asterisks as `text` has characters. */
export function asterisks(text: string): string {
  return "*".repeat(text.length);
}
