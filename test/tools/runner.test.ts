import { describe, expect, test } from "bun:test";
import { directory, ROOT, run } from "../harness.ts";

const PASS = 'import { test } from "bun:test";\ntest("a", () => {});\n';
const FAIL = 'import { test } from "bun:test";\ntest("b", () => { throw new Error("it broke"); });\n';
const SKIP =
  'import { test } from "bun:test";\nconsole.log("left out, for there is no moon");\ntest.skip("c", () => {});\n';

/** Runs the test files of a directory. */
async function runTests(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  await using dir = await directory(files);
  const { exitCode, stdout } = await run([process.execPath, `${ROOT}/tools/test.ts`, dir.path], { env });
  return { exitCode, stdout, last: stdout.trimEnd().split("\n").at(-1) };
}

describe("make test", () => {
  test("ends with the counts of all files", async () => {
    const files = { "a.test.ts": PASS, "b/b.test.ts": PASS + PASS.replace(/.*\n/, "") };
    expect(await runTests(files)).toMatchObject({ exitCode: 0, last: "3 passed, 0 failed" });
  });

  test("shows the output of a file that fails, and not that of others", async () => {
    const found = await runTests({ "a.test.ts": `console.log("quiet");\n${PASS}`, "b.test.ts": FAIL });
    expect(found).toMatchObject({ exitCode: 1, last: "1 passed, 1 failed" });
    expect(found.stdout).toContain("it broke");
    expect(found.stdout).not.toContain("quiet");
  });

  test.each([
    ["that runs no test", "", "no test ran"],
    ["that cannot be read", "import {", "Unhandled error"],
    ["that ends before its tests do", `${PASS}process.exit(3);`, "no test ran"],
    ["that fails after its tests", `${PASS}Promise.reject(new Error("too late"));`, "too late"],
  ])("counts a file %s as a failure", async (_what, text, why) => {
    const found = await runTests({ "a.test.ts": PASS, "b.test.ts": text });
    expect(found.exitCode).toBe(1);
    expect(found.last).toMatch(/^[12] passed, 1 failed$/);
    expect(found.stdout).toContain(why);
  });

  test("tells of what is skipped and why, which with SYSTEM_TESTS=required is a failure", async () => {
    const files = { "a.test.ts": PASS, "b.test.ts": SKIP };
    const found = await runTests(files);
    expect(found).toMatchObject({ exitCode: 0, last: "1 passed, 0 failed, 1 skipped" });
    expect(found.stdout).toContain("left out, for there is no moon");
    const required = await runTests(files, { SYSTEM_TESTS: "required" });
    expect(required).toMatchObject({ exitCode: 1, last: "1 passed, 1 failed" });
  });
});
