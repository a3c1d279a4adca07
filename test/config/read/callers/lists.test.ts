import { describe, expect, test } from "bun:test";
import { loadConfig } from "../../../../src/config/load.ts";
import { callerOf } from "../../../../src/routing/callers/call.ts";
import { compileCallers, compileLists } from "../../../../src/routing/callers/lookup.ts";
import { sizeOf } from "../../../../src/routing/callers/sets.ts";
import { directory } from "../../../harness.ts";
import { ACCOUNT, ENV, expectMistakes, load, loadGood } from "../../cases.ts";

describe("a list", () => {
  test("with a misspelt `file` is not said to have none besides", async () => {
    await expectMistakes(`[lists]\nspam = { «fil» = "spam.txt" }\n${ACCOUNT}`, [
      [/^unknown key "fil" in \[lists\.spam\]$/, 'did you mean "file"?'],
    ]);
  });

  test("that is long is read with pauses, and is the same as without", async () => {
    const lines = Array.from({ length: 40_000 }, (_, at) => `+1${2_137_000_000 + ((at * 7919) % 40_009)}\n`);
    await using files = await directory({
      "config.toml": `[lists]\nspam = { file = "spam.txt" }\n${ACCOUNT}`,
      "spam.txt": lines.join(""),
    });
    let pauses = 0;
    const read = async (pause?: () => void) =>
      (await loadConfig(files.file("config.toml"), ENV, "required", 0, { pause })).config?.routing.lists.get(
        "spam",
      );
    const spam = await read(() => pauses++);
    // After every 64 KiB that are read, 8 times, and when callers are sorted.
    expect(pauses).toBeGreaterThan(8);
    expect(spam && sizeOf(spam)).toBe(40_000);
    expect(spam).toEqual(await read());
  });

  test("must not contain itself, by whatever way", async () => {
    await expectMistakes(
      `[lists]
a = «["@b"]»
b = ["@c"]
c = ["@a"]
self = «["+12137771234", "@self"]»
fine = ["@a"]
fine2 = ["@fine", "@a"]
${ACCOUNT}`,
      [
        [/^the list "a" contains itself: @a → @b → @c → @a$/],
        [/^the list "self" contains itself: @self → @self$/],
      ],
    );
  });

  test("must not contain itself by way of a file", async () => {
    await expectMistakes(
      {
        "config.toml": `[lists]\na = «["@b"]»\nb = { file = "b.txt" }\n${ACCOUNT}`,
        "b.txt": "+12137771234\n@a\n",
      },
      [[/^the list "a" contains itself: @a → @b → @a$/]],
    );
  });

  test("may be contained in several others", async () => {
    const { routing } = await loadGood(
      `[lists]\ntop = ["@left", "@right"]\nleft = ["@base"]\nright = ["@base"]\nbase = []\n[defaults]\ndeny = ["@top"]\n${ACCOUNT}`,
    );
    expect(routing.lists.size).toBe(4);
  });
});

describe("lists of lists", () => {
  /** Lists that each name the next. */
  const chain = (count: number, last: string) =>
    Array.from({ length: count }, (_, at) => `l${at} = ["@l${at + 1}"]`).join("\n") +
    `\nl${count} = ${last}\n`;

  test("may be chained by the thousand", async () => {
    const { routing } = await loadGood(
      `[defaults]\ndeny = ["@l0"]\n[lists]\n${chain(3000, '["+12137771234"]')}${ACCOUNT}`,
    );
    const hit = compileCallers(
      routing.defaults.deny,
      compileLists(routing.lists),
    )(callerOf("+12137771234", undefined, new Map()));
    expect(hit?.length).toBe(3002);
    expect(hit?.slice(0, 2)).toEqual(["@l0", "@l1"]);
    expect(hit?.at(-1)).toBe("+12137771234");
  });

  test("that go in a long circle are reported once, with the first of them by name", async () => {
    const { diagnostics } = await load(
      `[defaults]\ndeny = ["@l0"]\n[lists]\n${chain(2000, '["@l0"]')}${ACCOUNT}`,
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'the list "l0" contains itself: @l0 → @l1 → @l2 → @l3 → @l4 → @l5 → @l6 → @l7 → 1993 more → @l0',
    ]);
  });

  test("that name the next one twice over, 200 deep, are searched once each", async () => {
    const lists = Array.from({ length: 200 }, (_, at) => {
      const [left, right] = [`a${at + 1}`, `b${at + 1}`];
      return `a${at} = ["@${left}", "@${right}"]\nb${at} = ["@${left}", "@${right}"]`;
    });
    const { routing } = await loadGood(
      `[defaults]\ndeny = ["@a0", "@b0"]\n[lists]\n${lists.join("\n")}\na200 = []\nb200 = ["+1900*"]\n${ACCOUNT}`,
    );
    const test = compileCallers(routing.defaults.deny, compileLists(routing.lists));
    expect(test(callerOf("+12137771234", undefined, new Map()))).toBeUndefined();
    expect(test(callerOf("+19005550100", undefined, new Map()))?.slice(-2)).toEqual(["@b200", "+1900*"]);
  });
});
