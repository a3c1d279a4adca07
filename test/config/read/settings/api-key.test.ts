import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { apiKeyProblem } from "../../../../src/config/read/settings/api-key.ts";
import { ACCOUNT, expectMistakes } from "../../cases.ts";

const BARE = "key_0123456789abcdef";
const around = (what: string) => `this API key has ${what} around it; use the key alone`;
const PLACEHOLDER = "this API key is a placeholder; use the key from Retell's dashboard";

describe("an API key", () => {
  test.each([
    ["double quotes", `"${BARE}"`, around("quotation marks")],
    ["single quotes", `'${BARE}'`, around("quotation marks")],
    ["curly quotes", `“${BARE}”`, around("quotation marks")],
    ["a quote on one side", `${BARE}"`, around("quotation marks")],
    ["a line feed", `${BARE}\n`, around("a line end")],
    ["the line end of Windows", `${BARE}\r\n`, around("a line end")],
    ["a carriage return", `${BARE}\r`, around("a line end")],
    ["blanks", ` ${BARE}\t`, around("white space")],
    ["a blank that does not break", `\u00a0${BARE}`, around("white space")],
    ["a byte order mark", `\ufeff${BARE}`, around("white space")],
    ["a character that cannot be seen", `${BARE}\u200b`, around("invisible characters")],
    ["Bearer", `Bearer ${BARE}`, around('the word "Bearer"')],
    ["a whole header", `Authorization: Bearer ${BARE}`, around('the word "Bearer"')],
    ["the name of its variable", `RETELL_API_KEY=${BARE}`, around("the name of a variable")],
    [
      "a line of a shell",
      `export RETELL_API_KEY="${BARE}"`,
      around("quotation marks and the name of a variable"),
    ],
    ["a line of YAML", `api_key: ${BARE}`, around("the name of a variable")],
    ["angle brackets", `<${BARE}>`, around("brackets")],
    ["a comma", `"${BARE}",`, around("quotation marks and a comma or a semicolon")],
    [
      "a bit of all",
      ` 'Bearer ${BARE}'\n`,
      around('a line end, white space, quotation marks and the word "Bearer"'),
    ],
    ["a blank inside", "key_01234567 89abcdef", "this API key must not contain white space"],
    ["a line end inside", "key_01234567\n89abcdef", "this API key must not contain white space"],
    [
      "an invisible character inside",
      "key_0123\u200b456789",
      "this API key must not contain the invisible character U+200B",
    ],
    [
      "a control character inside",
      "key_0123\u001b456789",
      "this API key must not contain the invisible character U+001B",
    ],
    [
      "a letter of another script",
      "key_0123\u0430bcdef",
      "this API key must not contain the character U+0430",
    ],
    ["a long dash", "key_0123\u2013456789", "this API key must not contain the character U+2013"],
    ["an ellipsis", "key_…", PLACEHOLDER],
    ["three dots", "key_...", PLACEHOLDER],
    ["asterisks", "key_********", PLACEHOLDER],
    ["crosses", "key_xxxxxxxxxxxx", PLACEHOLDER],
    ["noughts", "key_00000000", PLACEHOLDER],
    ["a name", "YOUR_API_KEY", PLACEHOLDER],
    ["a name behind key_", "key_your-key-here", PLACEHOLDER],
    ["another name", "changeme", PLACEHOLDER],
    ["the name of the variable", "RETELL_API_KEY", PLACEHOLDER],
    ["a variable of a shell", "$RETELL_API_KEY", PLACEHOLDER],
    [
      "two keys",
      `${BARE},key_abcdef0123456789`,
      'this API key contains a comma; write several keys as a list: ["key_…", "key_…"]',
    ],
    [
      "a file in it",
      "k\n".repeat(500),
      "this API key is 1000 characters long, too long for a Retell API key",
    ],
    ["nothing", "", "an API key must not be empty"],
  ])("is refused with %s, and is not repeated", (_name, key, problem) => {
    expect(apiKeyProblem(key)).toBe(problem);
  });

  test("in angle brackets that is none says so first", () => {
    expect(apiKeyProblem("<YOUR_API_KEY>")).toBe(around("brackets"));
  });

  test.each([BARE, "one", "dGVzdA==", "a.b-c_d/e+f", "sk-0123abcd", "key_of_the_day_before_1"])(
    "may be %j",
    (key) => {
      expect(apiKeyProblem(key)).toBeUndefined();
    },
  );

  test("of random letters and digits is never refused", () => {
    const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 16, maxLength: 40 });
    fc.assert(
      fc.property(hex, (digits) => {
        fc.pre(new Set(digits).size > 1);
        expect(apiKeyProblem(`key_${digits}`)).toBeUndefined();
      }),
    );
  });

  test("is never in what is said of it", () => {
    const noise = fc.string({ unit: fc.constantFrom(...`"'<> \n=:,\u200bé`), maxLength: 4 });
    fc.assert(
      fc.property(noise, noise, noise, (before, within, after) => {
        const problem = apiKeyProblem(`${before}zq7${within}zq8${after}`);
        expect(problem ?? "").not.toMatch(/zq/);
      }),
    );
  });
});

test("an environment variable with quotes in it is an error at its template", async () => {
  const text = ACCOUNT.replace('"${env:RETELL_API_KEY}"', '«"${env:RETELL_API_KEY}"»');
  await expectMistakes(text, [[around("quotation marks")]], { RETELL_API_KEY: `'"${BARE}"'` });
});
