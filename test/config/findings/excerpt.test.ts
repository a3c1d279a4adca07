import { expect, test } from "bun:test";
import fc from "fast-check";
import { bounded, excerptOf } from "../../../src/config/findings/excerpt.ts";
import type { Diagnostic } from "../../../src/config/findings/findings.ts";
import { Secrets } from "../../../src/config/findings/secrets.ts";

const FOUND: Diagnostic = {
  ...{ severity: "error", file: "config.toml", line: 1, column: 1, length: 5, message: "wrong" },
  ...{ hint: undefined, excerpt: undefined, related: undefined },
};
const NONE = new Secrets();

test.each([
  ["an ordinary line as it is", 'a = 1\n\tb = "x" # c\n', 2, '\tb = "x" # c'],
  ["the empty last line", "a = 1\n", 2, ""],
  ["a key as asterisks", '[retell]\napi_key = "secret"', 2, 'api_key = "******"'],
  ["several keys as asterisks", '[retell]\napi_key = ["one", "three"]', 2, 'api_key = ["***", "*****"]'],
  ["a key in a template as it is", '[retell]\napi_key = "${env:A B}"', 2, 'api_key = "${env:A B}"'],
  ["anything in [retell] as asterisks", '[retell]\nwombat = "x y"', 2, 'wombat = "* *"'],
  ["a name that only begins like max_age as asterisks", '[retell]\nmax_keys = "x"', 2, 'max_keys = "*"'],
  ["anything in a dotted key of retell as asterisks", 'retell.wombat = "x"', 1, 'retell.wombat = "*"'],
  ["max_age as it is", '[retell]\nmax_age = "5m"', 2, 'max_age = "5m"'],
  ["the table after [retell] as it is", '[retell]\n[server]\nlisten = "x"', 3, 'listen = "x"'],
  ["a table below [retell] as asterisks", '[retell.more]\na = "x"', 2, 'a = "*"'],
  ["a line inside an array of keys as asterisks", 'x.api_key = [\n  "one",\n  two\n]', 3, "  ***"],
  ["a line inside another array as it is", 'deny = [\n  "one",\n  two\n]', 3, "  two"],
  [
    "what stands behind a secret's name as asterisks",
    'a = { name = "x", token = "y" }',
    1,
    'a = { name = "x", token = "*" }',
  ],
  [
    "the headers of a request as asterisks",
    'headers = { x-auth = "abc", b = "${env:B}" }',
    1,
    'headers = { x-auth = "***", b = "${env:B}" }',
  ],
  ["a dotted header of a request as asterisks", 'headers.x-auth = "abc"', 1, 'headers.x-auth = "***"'],
  ["a table of headers as asterisks", '[lookups.crm.headers]\nx-auth = "abc"', 2, 'x-auth = "***"'],
  [
    "the headers over several lines as asterisks",
    'headers = {\n  x-auth = "abc",\n}',
    2,
    '  x-auth = "***",',
  ],
  [
    "the headers of an expected call as they are",
    '[[expect]]\nheaders = { x = "abc" }',
    2,
    'headers = { x = "abc" }',
  ],
  ["a rule's header as it is", 'when = { header.x-tier = "gold" }', 1, 'when = { header.x-tier = "gold" }'],
  [
    "an authorization as asterisks",
    'a = { authorization = "Basic abc" }',
    1,
    'a = { authorization = "***** ***" }',
  ],
  ["a bearer's token as asterisks", 'text = "Bearer abcdefgh"', 1, 'text = "Bearer ********"'],
  ["a URL's password as asterisks", 'url = "redis://me:p@ss@h:1/0"', 1, 'url = "redis://*******@h:1/0"'],
  ["a URL's template as it is", 'url = "redis://:${env:P}@h"', 1, 'url = "redis://*${env:P}@h"'],
  ["a URL without a password as it is", 'url = "https://h/a@b"', 1, 'url = "https://h/a@b"'],
  ["a URL's token as asterisks", 'url = "https://h/?token=abc"', 1, 'url = "https://h/?token=***"'],
  ["where a notice goes only with its host", '[notify.a]\nurl = "https://h/s/x"', 2, 'url = "https://h****"'],
])("%s is shown", (_name, text, line, excerpt) => {
  expect(excerptOf(text, line, NONE)).toBe(excerpt);
});

test("a line that is not there is not shown", () => {
  expect(excerptOf("a = 1", 2, NONE)).toBeUndefined();
});

test("an excerpt is as long as its line, whatever that is", () => {
  const part = fc.constantFrom(
    "[retell]",
    "api_key",
    "=",
    '"',
    "x",
    " ",
    "\n",
    "[",
    "]",
    "${",
    "}",
    "key_12345678",
    "\t",
  );
  fc.assert(
    fc.property(fc.array(part), fc.nat(5), (parts, at) => {
      const text = parts.join("");
      expect(excerptOf(text, at + 1, NONE)?.length).toBe(text.split("\n")[at]?.length);
    }),
  );
});

test.each([
  ["at the beginning", 1, `${"0123456789".repeat(23)}012345678…`, 1],
  ["in the middle", 501, `…${"123456789".concat("0123456789".repeat(22), "01234567")}8…`, 441],
  ["at the end", 1000, `…${"123456789".concat("0123456789".repeat(23))}`, 761],
])("a long line is cut to what stands around the fault: %s", (_where, column, excerpt, excerptFrom) => {
  const line = "0123456789".repeat(100);
  const short = bounded({ ...FOUND, column, excerpt: line });
  expect(short).toEqual({ ...FOUND, column, excerpt, excerptFrom });
  expect(short.excerpt?.[column - excerptFrom]).toBe(line[column - 1]);
});

test("a line of ordinary length is not cut", () => {
  const found = { ...FOUND, column: 240, excerpt: "x".repeat(240) };
  expect(bounded(found)).toEqual(found);
});

test("long messages, hints and notes lose their middle, and keep what is wrong and why", () => {
  const long = `"${"x".repeat(20_000_000)}" is not a number`;
  const found = bounded({
    ...FOUND,
    message: long,
    hint: long,
    related: { file: "a", line: 1, message: long },
  });
  expect(JSON.stringify(found).length).toBeLessThan(2200);
  for (const text of [found.message, found.hint, found.related?.message]) {
    expect(text).toMatch(/^"x+…x+" is not a number$/);
  }
});
