/** Texts as YAML, so that every parser reads back exactly what was written: https://yaml.org/spec/1.2.2 */

/** What some version of YAML calls a line end or not printable, and what terminals must not get; but for line feeds and tabs. */
const UNSAFE = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]--[\t\n\u200d]]/v;
const EVERY_UNSAFE = new RegExp(UNSAFE, "gv");

/** A text in double quotes. */
export function quoted(text: string): string {
  // JSON is YAML, but for what JSON lets stand unescaped.
  return JSON.stringify(text).replace(EVERY_UNSAFE, (character) => {
    return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;
  });
}

/** A text as the value of a key that is indented by so many blanks: line by line where that keeps it, else in quotes. */
export function block(text: string, indent: number): string {
  if (UNSAFE.test(text) || text.trim() === "") return quoted(text);
  const pad = " ".repeat(indent + 2);
  // The first line tells how far all are indented, unless the header says.
  const header = /^[ \n]/.test(text) ? "|2" : "|";
  const isEnded = text.endsWith("\n");
  const chomping = !isEnded ? "-" : text.endsWith("\n\n") ? "+" : "";
  const lines = (isEnded ? text.slice(0, -1) : text).split("\n");
  return [`${header}${chomping}`, ...lines.map((line) => line && pad + line)].join("\n");
}

/** Lines, each indented by so many blanks. */
export function indented(indent: number, lines: readonly string[]): string {
  const pad = " ".repeat(indent);
  return lines
    .flatMap((line) => line.split("\n"))
    .map((line) => line && pad + line)
    .join("\n");
}
