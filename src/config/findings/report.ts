/** Diagnostics as text for people. */
import type { Diagnostic } from "./findings.ts";
import { printable } from "./printable.ts";

/** Styles pieces of a report; a terminal's colours, or nothing. */
export type Paint = (style: "error" | "warning" | "note" | "dim" | "strong", text: string) => string;

/** No colours. */
export const plain: Paint = (_style, text) => text;

/** At most this many diagnostics of one file are shown: the first mistakes tell what the rest are about. */
const SHOWN_PER_FILE = 50;
/** At most this many are shown of all files together. */
const SHOWN = 500;

/**
 * Diagnostics one below the other, each with its line and a caret under what is at fault, and a count at the end.
 * Whatever the files hold, no control character is in it but line feeds, tabs and what `paint` adds.
 */
export function reportOf(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const files = Map.groupBy(diagnostics, ({ file }) => file);
  const blocks: string[] = [];
  let shown = 0;
  let skipped = 0;
  for (const [file, found] of files) {
    const here = found.slice(0, Math.min(SHOWN_PER_FILE, SHOWN - shown));
    shown += here.length;
    if (here.length === 0) {
      skipped++;
      continue;
    }
    for (const diagnostic of here) blocks.push(block(diagnostic, paint));
    const more = found.length - here.length;
    if (more > 0) blocks.push(`${printable(file)}: and ${more} more like these`);
  }
  if (skipped > 0) blocks.push(`and more in ${skipped} other file${skipped === 1 ? "" : "s"}`);
  return [...blocks, `${countsOf(diagnostics)}`].join("\n\n");
}

/** `2 errors and 1 warning` */
export function countsOf(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic["severity"]) => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return found === 0 ? [] : [`${found} ${severity}${found === 1 ? "" : "s"}`];
  };
  return [...count("error"), ...count("warning")].join(" and ");
}

/** `config.toml:12:9: unknown key "agnet"` and the hint, in one line without control characters. */
export function lineOf({ file, line, column, message, hint }: Diagnostic): string {
  const end = hint ? ` (${hint.replaceAll("\n", "; ")})` : "";
  return printable(`${file}:${line}:${column}: ${message}${end}`);
}

function block(diagnostic: Diagnostic, paint: Paint): string {
  const { severity, file, line, column, message, hint, excerpt, related } = diagnostic;
  const place = printable(`${file}:${line}:${column}:`);
  const lines = [`${paint("strong", place)} ${paint(severity, `${severity}:`)} ${printable(message)}`];
  const gutter = " ".repeat(String(line).length);
  if (excerpt !== undefined) {
    const { shown, indent, carets } = underlined(diagnostic, excerpt);
    lines.push(`  ${paint("dim", `${line} |`)} ${shown}`);
    lines.push(`  ${paint("dim", `${gutter} |`)} ${indent}${paint(severity, carets)}`);
  }
  const notes = hint?.split("\n") ?? [];
  if (related) notes.push(`${related.file}:${related.line}: ${related.message}`);
  for (const note of notes) lines.push(`  ${gutter} ${paint("dim", "=")} ${printable(note)}`);
  return lines.join("\n");
}

/** An excerpt as it is shown, and what stands below it: escapes make it longer than the line in the file. */
function underlined({ column, length, excerptFrom = 1 }: Diagnostic, excerpt: string) {
  const start = column - excerptFrom;
  const before = printable(excerpt.slice(0, start));
  const fault = printable(excerpt.slice(start, start + length));
  return {
    shown: before + fault + printable(excerpt.slice(start + length)),
    // Tabs before the caret stay tabs, so that it stands below what it points at.
    indent: before.replaceAll(/[^\t]/g, " "),
    carets: "^".repeat(Math.max(1, fault.length)),
  };
}
