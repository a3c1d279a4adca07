import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { parseTOML } from "toml-eslint-parser";
import { parseDocument } from "../../../src/config/files/toml/document.ts";
import type { Path } from "../../../src/config/findings/findings.ts";
import { locator } from "../../../src/config/findings/locate.ts";
import { type Place, placesOf, type Range } from "../../../src/config/findings/toml-places.ts";
import { ROOT } from "../../harness.ts";

/** Every path with its places: by toml-eslint-parser, and by the scanner. */
function bothOf(text: string) {
  const index = indexOf(text);
  const root = placesOf(text);
  const found = [...index].map(([id]): [string, unknown] => {
    const path: Path = JSON.parse(id);
    const place = path.reduce<Place | undefined>((node, key) => node?.child(key), root);
    return [id, place && { key: place.key, value: place.value }];
  });
  return { expected: [...index], found };
}

describe("the scanner finds all that toml-eslint-parser finds", () => {
  test("in the example", async () => {
    const { expected, found } = bothOf(await readFile(join(ROOT, "config.example.toml"), "utf8"));
    expect(expected.length).toBeGreaterThan(60);
    expect(found).toEqual(expected);
  });

  test.each([
    ["strings with quotes in them", `a = "x\\"y" # "\nb = 'x\\'\nc = "\\\\"\nd = 1`],
    ["long strings", `a = """x"y""z\\"""""" # "\nb = '''x''''' # '\nc = """\n[no]\nx = 1\n"""\nd = 1`],
    ["a hash in a string", `a = "x # y" # [z\nb = ["#", '#'] # ]\nc = 1`],
    ["brackets in strings and comments", `a = ["]", '[', # ]\n "x" ]\nb = { c = "}", d = "{" }\ne = 1`],
    ["dates with a blank", `a = 2026-12-25 10:00:00Z\nb = [2026-12-25 10:00:00, 2026-12-25]\nc = 1`],
    ["keys with blanks, dots and escapes", `a . "b.c" . 'd "e"' = 1\n[ f . "g\\u00e9\\t" ]\n"\\"=]" = 2`],
    ["tables of arrays", `[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n[[a.e]]\nf = 4\n[[a.e]]\n[g]\nh = 5`],
    ["nested structures", `a = [ [1, 2], { b = [ { c = 1 }, ], }, [], {} ]\nd = { e.f = 1, e.g = 2 }`],
    ["tables in any order", `[a.b.c]\nx = 1\n[a]\ny = 2\n[a.b]\nz = 3\n[a.d]`],
    ["numbers and words", `a = 0x1F\nb = 1e5\nc = -inf\nd = [true,false]\ne = 1_000`],
    ["nothing", ""],
    ["comments only", "# a = 1\n\n#[b]"],
  ])("in %s", (_name, text) => {
    expect(parseDocument(text)).toHaveProperty("values");
    const { expected, found } = bothOf(text);
    expect(found).toEqual(expected);
  });

  test("in whatever is TOML", () => {
    const key = fc.constantFrom("a", "b", '"c d"', "'+1'", "e.f", '"\\u0041"', 'g . "#]"');
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom("1", '"x"', "'y'", "true", "2026-12-24 10:00:00", '"""\n"\\""""', '"#]}"', "''''''"),
        fc.array(tie("value"), { maxLength: 3 }).map((items) => `[ ${items.join(", # ]\n ")} ]`),
        fc
          .uniqueArray(fc.tuple(key, tie("value")), { maxLength: 3, selector: ([name]) => name })
          .map((pairs) => `{ ${pairs.map(([name, item]) => `${name} = ${item}`).join(", ")} }`),
      ),
    })).value;
    const pair = fc.tuple(key, value).map(([name, item]) => `${name} = ${item}`);
    const header = fc.tuple(key, fc.boolean()).map(([name, many]) => (many ? `[[${name}]]` : `[ ${name} ]`));
    const lines = fc.array(fc.oneof(pair, header, fc.constantFrom("", "# x = [", "\t")), { maxLength: 8 });
    let compared = 0;
    fc.assert(
      fc.property(lines, (all) => {
        const text = all.join("\n");
        if ("problem" in parseDocument(text)) return;
        const { expected, found } = bothOf(text);
        expect(found).toEqual(expected);
        compared += 1;
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(200);
  });
});

test("a text that begins with a header is no array", () => {
  expect(placesOf('[a]\nb = "x"\n[[c]]\n').child(0)).toBeUndefined();
  expect(placesOf('[ a ]\nb = "x"\n').child("a")?.child("b")).toBeDefined();
});

test("a value is given as it is written", () => {
  const { written } = locator('a = [+1_213, "x"]\nb = 1.10\n[t]\n');
  expect(written(["a", 0])).toBe("+1_213");
  expect(written(["b"])).toBe("1.10");
  expect(written(["a", 2])).toBeUndefined();
  expect(written([])).toBeUndefined();
});

test("a text that is not TOML, or is cut anywhere, is scanned to its end", () => {
  const part = fc.constantFrom("a", "=", "[", "]", "{", "}", '"', "'", '"""', "#", "\n", ",", ".", "\\", " ");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      locator(parts.join(""))(["a", "a", 0], "value");
    }),
    { numRuns: 2000 },
  );
});

type Ast = ReturnType<typeof parseTOML>;
type KeyValue = Extract<Ast["body"][0]["body"][number], { type: "TOMLKeyValue" }>;
interface Ranges {
  readonly key: Range | undefined;
  readonly value: Range;
}

/** Every path in a text, as JSON, with the ranges of its key and its value, from the tree of toml-eslint-parser. */
function indexOf(text: string): Map<string, Ranges> {
  const index = new Map<string, Ranges>();
  const add = (path: Path, key: Range | undefined, value: Range) => {
    const id = JSON.stringify(path);
    if (!index.has(id)) index.set(id, { key, value });
  };
  const addContent = (path: Path, key: Range | undefined, content: KeyValue["value"]): void => {
    add(path, key, range(content));
    if (content.type === "TOMLArray") {
      for (const [at, element] of content.elements.entries()) addContent([...path, at], undefined, element);
    } else if (content.type === "TOMLInlineTable") {
      for (const pair of content.body) addPair(path, pair);
    }
  };
  const addPair = (base: Path, pair: KeyValue): void => {
    let path = base;
    for (const [at, key] of pair.key.keys.entries()) {
      path = [...path, key.type === "TOMLBare" ? key.name : key.value];
      if (at < pair.key.keys.length - 1) add(path, range(key), range(key));
      else addContent(path, range(key), pair.value);
    }
  };
  for (const node of parseTOML(text, { tomlVersion: "latest" }).body[0].body) {
    if (node.type === "TOMLKeyValue") {
      addPair([], node);
      continue;
    }
    const keys = [...node.key.keys];
    let path: Path = [];
    for (const segment of node.resolvedKey) {
      path = [...path, segment];
      const key = typeof segment === "string" ? keys.shift() : undefined;
      add(path, key && range(key), range(key ?? node.key));
    }
    for (const pair of node.body) addPair(path, pair);
  }
  return index;
}

function range(node: { readonly range: readonly [number, number] }): Range {
  return { start: node.range[0], end: node.range[1] };
}
