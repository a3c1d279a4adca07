import { describe, expect, test } from "bun:test";
import { ACCOUNT, load } from "../cases.ts";

const NOT_UTF8 = {
  severity: "error",
  message: "this file is not valid UTF-8: byte 0xE9",
  hint: 'save the file as UTF-8; in Windows-1252 this byte is "é"',
} as const;

/** A text as Windows writes it where it does not write UTF-8. */
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("bytes that are not UTF-8 are located and shown in their line", () => {
  const above = `# 1\n# 2\n[agents]\n# 4\n`;
  const LINE = 'caf\u00e9 = "agent_1"';
  const including = `include = ["more.toml"]\n${ACCOUNT}`;
  const list = `[lists]\na = { file = "a.txt" }\n${ACCOUNT}`;
  const contacts = `[contacts]\nfile = "c.csv"\n${ACCOUNT}`;

  test.each([
    ["the main file", { "config.toml": latin1(above + LINE) }, "config.toml", 5, 4, 'caf\ufffd = "agent_1"'],
    [
      "an included file",
      { "config.toml": including, "more.toml": latin1(above + LINE) },
      ...(["more.toml", 5, 4, 'caf\ufffd = "agent_1"'] as const),
    ],
    [
      "a list",
      { "config.toml": list, "a.txt": latin1("+12137771234\n# Ren\u00e9\n") },
      ...(["a.txt", 2, 6, "# Ren\ufffd"] as const),
    ],
    [
      "contacts",
      { "config.toml": contacts, "c.csv": latin1("number,name\r\n+12137771234,Ren\u00e9\r\n") },
      ...(["c.csv", 2, 17, "+12137771234,Ren\ufffd"] as const),
    ],
  ])("in %s", async (_name, files, file, line, column, excerpt) => {
    const { config, diagnostics } = await load(files);
    expect(config).toBeUndefined();
    expect(diagnostics).toMatchObject([{ ...NOT_UTF8, file, line, column, length: 1, excerpt }]);
    expect(diagnostics).toHaveLength(1);
  });

  test("without the key beside them", async () => {
    const { diagnostics } = await load({ "config.toml": latin1('[retell]\napi_key = "secret\u00e9one"') });
    expect(diagnostics).toMatchObject([{ line: 2, column: 18, excerpt: 'api_key = "**********"' }]);
  });

  test("without a line of the file that a template takes a secret from", async () => {
    const { diagnostics } = await load({
      "config.toml": '[retell]\napi_key = "${file:key}"\n',
      key: latin1("secret\u00e9one\n"),
    });
    expect(JSON.stringify(diagnostics)).not.toContain("secret");
    expect(diagnostics).toMatchObject(
      [
        {
          line: 2,
          message: /the file key cannot be read: it is not in UTF-8: the bytes on line 1 are not valid/,
        },
      ].map(({ line, message }) => ({ line, message: expect.stringMatching(message) })),
    );
  });
});
