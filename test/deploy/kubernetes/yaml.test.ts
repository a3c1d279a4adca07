import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "yaml";
import { block, quoted } from "../../../src/deploy/kubernetes/yaml.ts";

/** Both versions of YAML are in use: kubectl's is 1.1 with parts of 1.2. */
const VERSIONS = ["1.1", "1.2"] as const;

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "a",
        " ",
        "\n",
        "\t",
        "#",
        ": ",
        "- ",
        "---",
        "\r\n",
        "\u2028",
        "\ufeff",
        "'",
        '"',
        "é",
        "🦊",
      ),
    )
    .map((parts) => parts.join("")),
);

test.each(VERSIONS)("every text is read back as it is, in YAML %s", (version) => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const written = `data:\n  ${quoted(one)}: ${block(one, 2)}\n  "other-${other.length}": ${block(other, 2)}\nafter: 1\n`;
      expect(parse(written, { version })).toEqual({
        data: { [one]: one, [`other-${other.length}`]: other },
        after: 1,
      });
    }),
  );
});

test("a text of ordinary lines stands line by line", () => {
  expect(block("a = 1\n\n[b]\n", 2)).toBe("|\n    a = 1\n\n    [b]");
});

test.each<[ends: string, written: string]>([
  ["no line end", "a\n b"],
  ["one", "a\nb\n"],
  ["two", "a\n\n"],
  ["three", "a\n\n\n"],
])("a text with %s at its end keeps it, in every place of a map", (_ends, text) => {
  for (const version of VERSIONS) {
    expect(parse(`last: ${block(text, 0)}\n`, { version })).toEqual({ last: text });
    expect(parse(`one: ${block(text, 0)}\nafter: 1\n`, { version })).toEqual({ one: text, after: 1 });
  }
});
