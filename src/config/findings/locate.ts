/** Where in a TOML text a key or a value stands. */
import type { Path } from "./findings.ts";
import { type Place as Node, placesOf, type Range } from "./toml-places.ts";

/** A stretch of text on one line. `line` and `column` count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Finds places by path. */
export interface Locate {
  (path: Path, at: "key" | "value", part?: string): Place;
  /** A value as it is written; undefined where it is not in the text. */
  readonly written: (path: Path) => string | undefined;
}

/** Finds places in a text that is TOML; what is never asked for costs next to nothing. */
export function locator(text: string): Locate {
  const placeOf = lineFinder(text);
  let root: Node | undefined;

  /** The last of the places on the way to `path` that are in the text, and how many steps that is. */
  const walk = (path: Path) => {
    root ??= placesOf(text);
    let node = root;
    for (const [depth, key] of path.entries()) {
      const child = node.child(key);
      if (!child) return { node, depth };
      node = child;
    }
    return { node, depth: path.length };
  };

  const locate = (path: Path, at: "key" | "value", part?: string): Place => {
    // What is not in the file, such as a missing key, stands where the nearest table around it does.
    const { node, depth } = walk(path);
    if (depth === 0) return { line: 1, column: 1, length: 1 };
    const range = (depth === path.length && at === "value" ? node.value : node.key) ?? node.value;
    const offset = part ? text.slice(range.start, range.end).indexOf(part) : -1;
    if (part && offset >= 0) {
      return placeOf({ start: range.start + offset, end: range.start + offset + part.length });
    }
    return placeOf(range);
  };
  return Object.assign(locate, {
    written: (path: Path) => {
      const { node, depth } = walk(path);
      return depth === path.length && depth > 0 ? text.slice(node.value.start, node.value.end) : undefined;
    },
  });
}

/** Finds the line and the column of a range, which ends with its first line. */
export function lineFinder(text: string): (range: Range) => Place {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  return (range) => {
    // Halving: a list may be wrong in each of its 10,000 lines.
    let line = 0;
    for (let step = 2 ** Math.floor(Math.log2(lineStarts.length)); step >= 1; step /= 2) {
      if ((lineStarts[line + step] ?? Number.POSITIVE_INFINITY) <= range.start) line += step;
    }
    const start = lineStarts[line] ?? 0;
    const end = Math.min(range.end, (lineStarts[line + 1] ?? text.length + 1) - 1);
    return { line: line + 1, column: range.start - start + 1, length: Math.max(1, end - range.start) };
  };
}
