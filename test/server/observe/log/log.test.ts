import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { LogSettings } from "../../../../src/config/read/settings/settings.ts";
import { configureLog, log } from "../../../../src/server/observe/log/log.ts";
import type { LogReader } from "../../../../src/server/observe/log/reader.ts";

const JSON_LINES: LogSettings = { format: "json", level: "info", numbers: "full" };
const TEXT: LogSettings = { ...JSON_LINES, format: "text" };

/** What is written while `work` logs. */
function written(settings: LogSettings, work: () => void, reader: LogReader = "program"): string {
  let text = "";
  configureLog(
    settings,
    (line) => {
      text += line;
    },
    reader,
  );
  work();
  return text;
}

afterAll(() => configureLog(JSON_LINES, () => {}, "program"));

describe("as JSON", () => {
  test("an event is one object on a line, with its time, level, message and fields", () => {
    const text = written(JSON_LINES, () =>
      log.warning("request refused", { status: 401, address: "192.0.2.1" }),
    );
    expect(text).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(text)).toMatchObject({
      "@timestamp": expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: "WARN",
      message: "request refused",
      status: 401,
      address: "192.0.2.1",
    });
  });

  test("whatever a caller supplies stays in its field, in one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (from) => {
        const text = written(JSON_LINES, () => log.info("call answered", { from, to: "+1" }));
        expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}](?!$)/u);
        expect(JSON.parse(text)).toMatchObject({ level: "INFO", message: "call answered", from, to: "+1" });
      }),
    );
  });
});

describe("as text", () => {
  test("an event is a line with its time, level, message and fields", () => {
    const text = written(TEXT, () => log.info("call answered", { from: "+12137771234", to: "+12137771235" }));
    expect(text).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info {4}call answered from=\+12137771234 to=\+12137771235\n$/,
    );
  });

  test.each<[what: string, value: unknown, shown: string]>([
    ["a number as it is", 12.5, "12.5"],
    ["a word as it is", "anonymous", "anonymous"],
    ["a path as it is", "/etc/switchhook/config.toml", "/etc/switchhook/config.toml"],
    ["text with a space in quotes", "two words", '"two words"'],
    ["nothing in quotes", "", '""'],
    ["what looks like a field in quotes", "a to=b", '"a to=b"'],
    ["an equals sign in quotes", "a=b", '"a=b"'],
    ["a quote escaped", 'a"b', '"a\\"b"'],
    ["a line end escaped", "a\nb", '"a\\nb"'],
    ["a carriage return escaped", "a\rb", '"a\\rb"'],
    ["a terminal's escape escaped", "\u001b[2J", '"\\u001b[2J"'],
  ])("a field shows %s", (_what, value, shown) => {
    expect(written(TEXT, () => log.info("told", { value }))).toEndWith(` told value=${shown}\n`);
  });

  test("a field without a value is left out", () => {
    expect(written(TEXT, () => log.info("told", { a: undefined, b: 1 }))).toEndWith(" told b=1\n");
  });

  test("nothing that a caller supplies makes a line, a field, or anything that a terminal obeys", () => {
    const callers = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "a\n2026-01-01 00:00:00.000 error  all is lost",
        "\u0007\u0008\u007f\u009b31m",
        "a\u2028b\u2029c\u0085d",
        "\u202eesrever",
      ),
    );
    fc.assert(
      fc.property(callers, (from) => {
        const text = written(TEXT, () => log.info("call answered", { from, to: "+1" }));
        expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(text).toMatch(/^\S+ \S+ info {4}call answered from=([^\s"]+|"([^"\\]|\\.)*") to=\+1\n$/s);
      }),
    );
  });
});

test.each([
  ["program", /^\{/],
  ["terminal", /^\d{4}-/],
  ["journal", /^<6>told a=1\n$/],
] as const)("with the format auto and read by a %s, it looks like %p", (reader, form) => {
  const text = written({ ...JSON_LINES, format: "auto" }, () => log.info("told", { a: 1 }), reader);
  expect(text).toMatch(form);
});

test("what is less severe than the level is not written", () => {
  const work = () => {
    log.debug("1");
    log.info("2");
    log.warning("3");
    log.error("4");
  };
  const counts = (["debug", "info", "warning", "error"] as const).map(
    (level) =>
      written({ ...JSON_LINES, level }, work)
        .trim()
        .split("\n").length,
  );
  expect(counts).toEqual([4, 3, 2, 1]);
});

describe("with masked numbers", () => {
  const MASKED: LogSettings = { ...JSON_LINES, numbers: "masked" };

  test("callers and dialled numbers are masked in every form, as are numbers anywhere else", () => {
    const text = written(MASKED, () =>
      log.info("call answered", {
        from: "(212) 555-0111",
        to: "12345",
        reason: 'header diversion is "<tel:+1-212-555-0399>;reason=unconditional"',
      }),
    );
    expect(JSON.parse(text)).toMatchObject({
      from: "(***) ***-0111",
      to: "*2345",
      reason: 'header diversion is "<tel:+1-***-***-0399>;reason=unconditional"',
    });
  });

  test("neither a field nor the message shows a number in full", () => {
    const number = "+12137771234";
    for (const settings of [MASKED, { ...MASKED, format: "text" as const }]) {
      const text = written(settings, () =>
        log.error(`a call from ${number} failed`, {
          from: number,
          to: `sip:${number}@example.com`,
          why: `dialled number: ${number} has its own entry, [numbers."${number}"]`,
          error: `Error: no route for ${number}\n    at ${number}`,
        }),
      );
      expect(text).not.toContain("2137771");
      expect(text.split("+1******1234").length - 1).toBe(7);
    }
  });

  test("a number that is sent without + is masked too", () => {
    const text = written(MASKED, () => log.info("call answered", { from: "12137771234", id: "call_1" }));
    expect(text).not.toContain("2137771");
  });

  test("what is no number stays", () => {
    const fields = {
      status: 401,
      ms: 0.123,
      agent: "agent_0123456789abcdef",
      address: "100.20.5.228",
      id: "12345678-8fd5-4d23-ab50-123456789012",
      config: "123456789012",
      hash: "123456789012",
    };
    expect(JSON.parse(written(MASKED, () => log.info("told", fields)))).toMatchObject(fields);
  });
});
