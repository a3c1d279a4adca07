import { describe, expect, test } from "bun:test";
import type { Diagnostic } from "../../../src/config/findings/findings.ts";
import { countsOf, lineOf, plain, reportOf } from "../../../src/config/findings/report.ts";

const FOUND: Diagnostic = {
  ...{ severity: "error", file: "config.toml", line: 12, column: 9, length: 10 },
  message: 'there is no agent "frontdsk"',
  hint: 'did you mean "frontdesk"?',
  excerpt: 'agent = "frontdsk"',
  related: undefined,
};

describe("a report", () => {
  test("shows each line with a caret under what is wrong, what to do, and the count", () => {
    const related = { file: "config.toml", line: 3, message: "it first stands here" };
    const second: Diagnostic = { ...FOUND, severity: "warning", line: 5, hint: undefined, related };
    expect(reportOf([FOUND, second], plain)).toBe(
      `config.toml:12:9: error: there is no agent "frontdsk"
  12 | agent = "frontdsk"
     |         ^^^^^^^^^^
     = did you mean "frontdesk"?

config.toml:5:9: warning: there is no agent "frontdsk"
  5 | agent = "frontdsk"
    |         ^^^^^^^^^^
    = config.toml:3: it first stands here

1 error and 1 warning`,
    );
  });

  test("keeps tabs before the caret, so that it stands right whatever their width", () => {
    expect(reportOf([{ ...FOUND, excerpt: '\ta\t= "x"', column: 6, length: 3 }], plain)).toContain(
      '\n  12 | \ta\t= "x"\n     | \t \t  ^^^\n',
    );
  });

  test("points at the place in a line of which only a part is shown, and not past it", () => {
    const cut = { ...FOUND, excerpt: '…1", "x", "y", …', excerptFrom: 501 };
    expect(reportOf([{ ...cut, column: 506, length: 3 }], plain)).toContain(
      '\n  12 | …1", "x", "y", …\n     |      ^^^\n',
    );
    expect(reportOf([{ ...cut, column: 511, length: 5_000 }], plain)).toContain(
      "\n     |           ^^^^^^\n",
    );
  });

  test("shows no line where there is none to show", () => {
    expect(reportOf([{ ...FOUND, excerpt: undefined, hint: undefined }], plain)).toBe(
      'config.toml:12:9: error: there is no agent "frontdsk"\n\n1 error',
    );
  });

  test("shows the first fifty of a file, and says how many more there are", () => {
    const many = Array.from({ length: 53 }, (_, at) => ({ ...FOUND, file: "spam.txt", line: at + 1 }));
    const report = reportOf([FOUND, ...many], plain);
    expect(report).toContain("spam.txt:50:9: error");
    expect(report).not.toContain("spam.txt:51:9: error");
    expect(report).toEndWith("\n\nspam.txt: and 3 more like these\n\n54 errors");
    expect(reportOf(many.slice(0, 50), plain)).not.toContain("more like these");
  });

  test("paints the place, the kind and the caret", () => {
    const painted = reportOf([FOUND], (style, text) => `<${style}>${text}</>`);
    expect(painted).toContain("<strong>config.toml:12:9:</> <error>error:</> there is no agent");
    expect(painted).toContain("<dim>12 |</> agent =");
    expect(painted).toContain(`<error>${"^".repeat(10)}</>`);
  });
});

test.each([
  [[], ""],
  [["error"], "1 error"],
  [["error", "error"], "2 errors"],
  [["warning"], "1 warning"],
  [["warning", "error", "warning"], "1 error and 2 warnings"],
] as const)("%j are counted as %j", (severities, count) => {
  expect(countsOf(severities.map((severity) => ({ ...FOUND, severity })))).toBe(count);
});

test("a diagnostic fits in one line of a log", () => {
  expect(lineOf(FOUND)).toBe('config.toml:12:9: there is no agent "frontdsk" (did you mean "frontdesk"?)');
  expect(lineOf({ ...FOUND, hint: undefined })).toBe('config.toml:12:9: there is no agent "frontdsk"');
});
