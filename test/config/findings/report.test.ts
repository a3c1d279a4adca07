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
    const related = { file: "config.toml", line: 3, message: "first defined here" };
    const second: Diagnostic = { ...FOUND, severity: "warning", line: 5, hint: undefined, related };
    expect(reportOf([FOUND, second], plain)).toBe(
      `config.toml:12:9: error: there is no agent "frontdsk"
  12 | agent = "frontdsk"
     |         ^^^^^^^^^^
     = did you mean "frontdesk"?

config.toml:5:9: warning: there is no agent "frontdsk"
  5 | agent = "frontdsk"
    |         ^^^^^^^^^^
    = config.toml:3: first defined here

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

  test("shows at most five hundred in all, and says in how many files there are more", () => {
    const many = Array.from({ length: 1200 }, (_, at) => ({ ...FOUND, file: `${Math.floor(at / 60)}.txt` }));
    const report = reportOf(many, plain);
    expect(report.match(/: error: /g)).toHaveLength(500);
    expect(report).toEndWith(
      "\n\n9.txt: and 10 more like these\n\nand more in 10 other files\n\n1200 errors",
    );
  });

  test("shows control characters of every part as escapes, with the caret still below the fault", () => {
    const bad = "\u001b]0;x\u0007\u202e\ud800";
    const found: Diagnostic = {
      ...FOUND,
      ...{ file: `a${bad}`, message: `m${bad}`, hint: `h${bad}\nh${bad}`, column: 4, length: 1 },
      ...{ excerpt: "a\u001b\tb\u009bc", related: { file: `r${bad}`, line: 1, message: `n${bad}` } },
    };
    const shown = "\\u001b]0;x\\u0007\\u202e\\ud800";
    expect(reportOf([found], plain)).toBe(
      `a${shown}:12:4: error: m${shown}
  12 | a\\u001b\tb\\u009bc
     |        \t^
     = h${shown}
     = h${shown}
     = r${shown}:1: n${shown}

1 error`,
    );
    expect(reportOf([{ ...found, column: 5 }], plain)).toContain("\n     |        \t ^^^^^^\n");
    expect(lineOf(found)).toBe(`a${shown}:12:4: m${shown} (h${shown}; h${shown})`);
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
