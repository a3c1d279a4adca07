/** Where in a TOML text a key or a value stands. */
import { parseTOML } from "toml-eslint-parser";
import type { Path } from "./findings.ts";

type Ast = ReturnType<typeof parseTOML>;
type KeyValue = Extract<Ast["body"][0]["body"][number], { type: "TOMLKeyValue" }>;
type Content = KeyValue["value"];

/** A stretch of text on one line. `line` and `column` count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Finds places by path. */
export type Locate = (path: Path, at: "key" | "value", part?: string) => Place;

/**
 * Reads a TOML text for its positions. This takes several times as long as reading its values: only when there is
 * something to report.
 */
export function locator(text: string): Locate {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  const index = indexOf(text);

  const placeOf = (range: Range): Place => {
    // Halving: a list may be wrong in each of its 10,000 lines.
    let line = 0;
    for (let step = 2 ** Math.floor(Math.log2(lineStarts.length)); step >= 1; step /= 2) {
      if ((lineStarts[line + step] ?? Number.POSITIVE_INFINITY) <= range.start) line += step;
    }
    const start = lineStarts[line] ?? 0;
    const end = Math.min(range.end, (lineStarts[line + 1] ?? text.length + 1) - 1);
    return { line: line + 1, column: range.start - start + 1, length: Math.max(1, end - range.start) };
  };

  return (path, at, part) => {
    // What is not in the file, such as a missing key, stands where the nearest table around it does.
    for (let depth = path.length; depth > 0; depth--) {
      const found = index.get(JSON.stringify(path.slice(0, depth)));
      if (!found) continue;
      const range = (depth === path.length ? found[at] : found.key) ?? found.value;
      const offset = part ? text.slice(range.start, range.end).indexOf(part) : -1;
      if (part && offset >= 0) {
        return placeOf({ start: range.start + offset, end: range.start + offset + part.length });
      }
      return placeOf(range);
    }
    return { line: 1, column: 1, length: 1 };
  };
}

/** Every path in the text, as JSON, with the ranges of its key and its value. */
function indexOf(text: string): Map<string, { readonly key: Range | undefined; readonly value: Range }> {
  const index = new Map<string, { key: Range | undefined; value: Range }>();
  const add = (path: Path, key: Range | undefined, value: Range) => {
    const id = JSON.stringify(path);
    if (!index.has(id)) index.set(id, { key, value });
  };

  const addContent = (path: Path, key: Range | undefined, content: Content): void => {
    add(path, key, range(content));
    if (content.type === "TOMLArray") {
      content.elements.forEach((element, at) => {
        addContent([...path, at], undefined, element);
      });
    } else if (content.type === "TOMLInlineTable") {
      for (const pair of content.body) addPair(path, pair);
    }
  };

  const addPair = (base: Path, pair: KeyValue): void => {
    let path = base;
    pair.key.keys.forEach((key, at) => {
      path = [...path, keyName(key)];
      if (at < pair.key.keys.length - 1) add(path, range(key), range(key));
      else addContent(path, range(key), pair.value);
    });
  };

  let ast: Ast;
  try {
    ast = parseTOML(text, { tomlVersion: "latest" });
  } catch {
    return index;
  }
  for (const node of ast.body[0].body) {
    if (node.type === "TOMLKeyValue") {
      addPair([], node);
      continue;
    }
    const keys = [...node.key.keys];
    let path: Path = [];
    for (const segment of node.resolvedKey) {
      path = [...path, segment];
      const key = typeof segment === "string" ? keys.shift() : undefined;
      add(path, key && range(key), key ? range(key) : range(node.key));
    }
    for (const pair of node.body) addPair(path, pair);
  }
  return index;
}

function keyName(key: KeyValue["key"]["keys"][number]): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function range(node: { readonly range: readonly [number, number] }): Range {
  return { start: node.range[0], end: node.range[1] };
}
