/** What is wrong with an API key, without a word of the key itself. */

/** Several times as long as a key; a whole file in its place is longer. */
const LONGEST = 512;

/**
 * Says what does not belong to an API key, for an error; undefined where nothing is wrong.
 *
 * Retell says nothing of the form of its keys, so any printable ASCII without blanks is one. What is refused is what
 * comes along when a key is copied: quotes, a line end, `Bearer`, the name of a variable. With it every call would be
 * refused, and nobody would know why.
 */
export function apiKeyProblem(key: string): string | undefined {
  if (key === "") return "an API key must not be empty";
  if (key.length > LONGEST)
    return `this API key is ${key.length} characters long, too long for a Retell API key`;
  const { bare, around } = undecorated(key);
  if (around.length > 0) return `this API key has ${listed(around)} around it; use the key alone`;
  const stranger = /[^\x21-\x7e]/u.exec(key)?.[0];
  if (stranger !== undefined && !isPlaceholder(bare)) {
    return `this API key must not contain ${characterWords(stranger)}`;
  }
  if (isPlaceholder(bare)) return "this API key is a placeholder; use the key from Retell's dashboard";
  if (key.includes(","))
    return 'this API key contains a comma; write several keys as a list: ["key_…", "key_…"]';
  return undefined;
}

/** Each kind of decoration: what it is called, and the key without it. */
const DECORATIONS: readonly (readonly [name: string, without: (key: string) => string])[] = [
  ["a line end", (key) => key.replace(/^[\r\n]+|[\r\n]+$/g, "")],
  ["white space", (key) => key.replace(/^[^\S\r\n]+|[^\S\r\n]+$/g, "")],
  ["invisible characters", (key) => key.replace(/^[\p{Cf}\p{Cc}]+|[\p{Cf}\p{Cc}]+$/gu, "")],
  ["quotation marks", (key) => key.replace(/^["'`“”„‘’«»]+|["'`“”„‘’«»]+$/g, "")],
  ["brackets", (key) => key.replace(/^[<[({]+|[>\])}]+$/g, "")],
  ["a comma or a semicolon", (key) => key.replace(/[,;]+$/, "")],
  ['the word "Bearer"', (key) => key.replace(/^(?:authorization\s*:\s*)?bearer\b[\s:]*(?=\S)/i, "")],
  // Not the padding of Base64, which stands at the end.
  [
    "the name of a variable",
    (key) => key.replace(/^(?:(?:export|set)\s+)?[a-z_][\w.-]*\s*[=:]\s*(?=[^=\s])/i, ""),
  ],
];

/** A key without what is around it, and what that is, each once, from the outside inwards. */
function undecorated(key: string): { readonly bare: string; readonly around: readonly string[] } {
  const around: string[] = [];
  let bare = key;
  for (;;) {
    const found = DECORATIONS.find(([, without]) => without(bare) !== bare);
    if (!found) return { bare, around };
    const [name, without] = found;
    bare = without(bare);
    if (!around.includes(name)) around.push(name);
  }
}

/** Whether a text is what documentation writes in place of a key. */
function isPlaceholder(key: string): boolean {
  return (
    /…|\.{3}|^\$|\*{3}|^(?:key_?)?(x|0|\?)\1{3,}$/i.test(key) ||
    /^(?:key_)?(?:(?:your|my|the|some|retell|put|insert|paste|enter|add)[_-].*|example|sample|dummy|placeholder|todo|secret|changeme|change[_-]me|replace[_-]?me|(?:retell[_-]?)?api[_-]?key|here)$/i.test(
      key,
    )
  );
}

/** `a blank`, or a character by its number, since many cannot be seen. */
function characterWords(character: string): string {
  if (/\s/.test(character)) return "white space";
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /[\p{C}\p{Z}]/u.test(character) ? `the invisible character ${number}` : `the character ${number}`;
}

/** `a`, `a and b`, `a, b and c` */
function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ");
}
