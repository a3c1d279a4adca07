import { expect, test } from "bun:test";
import fc from "fast-check";
import { wildcard } from "../../../src/config/files/wildcard.ts";
import { ACCOUNT, loadGood } from "../cases.ts";

test.each([
  ["*.toml", ["a.toml", "a.b.toml"], ["a.tom", "toml", ".a.toml", ".toml", "a.toml~"]],
  ["a*b", ["ab", "axb", "abb"], ["a", "b", "ba", "abx"]],
  ["a*a", ["aa", "aba"], ["a"]],
  ["*a*b*", ["ab", "xaxbx"], ["ba", ".ab"]],
  ["a**b", ["ab", "axxb"], ["a"]],
  ["*", ["a", "a b"], [".a"]],
  [".*", [".a", "."], ["a"]],
  ["[a]+.*", ["[a]+.toml"], ["a.toml", "aa.toml"]],
])("%s stands for some names, and not for others", (pattern, meant, others) => {
  const isMeant = wildcard(pattern);
  expect(meant.filter(isMeant)).toEqual(meant);
  expect(others.filter(isMeant)).toEqual([]);
});

test("a pattern stands for what it would as a regular expression", () => {
  const text = (...letters: string[]) => fc.array(fc.constantFrom(...letters), { maxLength: 8 });
  fc.assert(
    fc.property(text("a", "b", "*"), text("a", "b"), (pattern, name) => {
      const form = new RegExp(`^${pattern.join("").replaceAll("*", ".*")}$`);
      expect(wildcard(pattern.join(""))(name.join(""))).toBe(form.test(name.join("")));
    }),
  );
});

test("a pattern of many stars takes no time", async () => {
  const { routing } = await loadGood({
    "config.toml": `include = ["${"*a".repeat(25)}*.toml"]\n${ACCOUNT}`,
    [`${"a".repeat(200)}b.txt`]: "",
    [`${"a".repeat(200)}.toml`]: '[numbers."*"]\npass = true\n',
  });
  expect(routing.numbers).toHaveLength(1);
});
