/** Diagnostics as text for people. */
import type { Diagnostic } from "./findings.ts";

/** Styles pieces of a report; a terminal's colours, or nothing. */
export type Paint = (style: "error" | "warning" | "note" | "dim" | "strong", text: string) => string;

/** No colours. */
export const plain: Paint = (_style, text) => text;

/** At most this many diagnostics of one file are shown: the first mistakes tell what the rest are about. */
const SHOWN_PER_FILE = 50;

/** Diagnostics one below the other, each with its line and a caret under what is at fault, and a count at the end. */
export function reportOf(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const files = Map.groupBy(diagnostics, ({ file }) => file);
  const blocks: string[] = [];
  for (const [file, found] of files) {
    for (const diagnostic of found.slice(0, SHOWN_PER_FILE)) blocks.push(block(diagnostic, paint));
    const more = found.length - SHOWN_PER_FILE;
    if (more > 0) blocks.push(`${file}: and ${more} more like these`);
  }
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

/** `config.toml:12:9: unknown key "agnet"` and the hint, in one line. */
export function lineOf({ file, line, column, message, hint }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}${hint ? ` (${hint.replaceAll("\n", "; ")})` : ""}`;
}

function block(diagnostic: Diagnostic, paint: Paint): string {
  const {
    severity,
    file,
    line,
    column,
    length,
    message,
    hint,
    excerpt,
    excerptFrom = 1,
    related,
  } = diagnostic;
  const lines = [
    `${paint("strong", `${file}:${line}:${column}:`)} ${paint(severity, `${severity}:`)} ${message}`,
  ];
  const gutter = " ".repeat(String(line).length);
  if (excerpt !== undefined) {
    // Tabs before the caret stay tabs, so that it stands below what it points at.
    const before = excerpt.slice(0, column - excerptFrom);
    const indent = before.replaceAll(/[^\t]/g, " ");
    const carets = "^".repeat(Math.max(1, Math.min(length, excerpt.length - before.length)));
    lines.push(`  ${paint("dim", `${line} |`)} ${excerpt}`);
    lines.push(`  ${paint("dim", `${gutter} |`)} ${indent}${paint(severity, carets)}`);
  }
  for (const note of hint?.split("\n") ?? []) lines.push(`  ${gutter} ${paint("dim", "=")} ${note}`);
  if (related)
    lines.push(`  ${gutter} ${paint("dim", "=")} ${related.file}:${related.line}: ${related.message}`);
  return lines.join("\n");
}
