import { describe, expect, test } from "bun:test";
import { ACCOUNT, expectMistakes, loadGood } from "../cases.ts";

describe("a list", () => {
  test("with a misspelt `file` is not said to have none besides", async () => {
    await expectMistakes(`[lists]\nspam = { «fil» = "spam.txt" }\n${ACCOUNT}`, [
      [/^unknown key "fil" in \[lists\.spam\]$/, 'did you mean "file"?'],
    ]);
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
