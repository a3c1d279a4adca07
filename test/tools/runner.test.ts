import { describe, expect, test } from "bun:test";
import { directory, ROOT, run } from "../harness.ts";

const PASS = 'import { test } from "bun:test";\ntest("a", () => {});\n';
const FAIL = 'import { test } from "bun:test";\ntest("b", () => { throw new Error("it broke"); });\n';
const SKIP =
  'import { test } from "bun:test";\nconsole.log("left out, for there is no moon");\ntest.skip("c", () => {});\n';

/** Fails the first time, and never again: it leaves a mark beside itself. */
const FAIL_ONCE = `import { existsSync, writeFileSync } from "node:fs";
import { test } from "bun:test";
test("a", () => {
  const mark = \`\${import.meta.path}.ran\`;
  if (existsSync(mark)) return;
  writeFileSync(mark, "");
  throw new Error("it was held up");
});
`;
/** Prints what a property is tried with. */
const PROPERTY = `import { test } from "bun:test";
import fc from ${JSON.stringify(Bun.resolveSync("fast-check", ROOT))};
test("a", () => {
  const drawn: number[] = [];
  fc.assert(fc.property(fc.nat(), (n) => { drawn.push(n); return true; }), { numRuns: 5 });
  console.log(\`left out: \${drawn}\`);
});
`;

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

  test("runs one or two files that failed beside others once more, and says which are unsteady", async () => {
    const files = { "a.test.ts": PASS, "b.test.ts": FAIL_ONCE, "c.test.ts": FAIL_ONCE };
    const found = await runTests(files);
    expect(found).toMatchObject({ exitCode: 0, last: "3 passed, 0 failed" });
    // What went wrong stays in the log.
    expect(found.stdout.split("it was held up").length - 1).toBe(4);
    for (const name of ["b", "c"]) {
      expect(found.stdout).toMatch(
        new RegExp(`^unsteady .* s {2}\\S*/${name}\\.test\\.ts {2}1 passed$`, "m"),
      );
      expect(found.stdout).toMatch(
        new RegExp(
          `^unsteady: \\S*/${name}\\.test\\.ts failed beside others and passed by itself; mend the test$`,
          "m",
        ),
      );
    }
  });

  test("counts a file as a failure that fails by itself too", async () => {
    const found = await runTests({ "a.test.ts": PASS, "b.test.ts": FAIL });
    expect(found).toMatchObject({ exitCode: 1, last: "1 passed, 1 failed" });
    expect(found.stdout).toContain("Once more, by itself: ");
    expect(found.stdout).not.toContain("unsteady");
  });

  test("runs nothing again where more than two files failed, or where there was only one", async () => {
    const three = { "b.test.ts": FAIL_ONCE, "c.test.ts": FAIL_ONCE, "d.test.ts": FAIL_ONCE };
    expect(await runTests({ "a.test.ts": PASS, ...three })).toMatchObject({
      exitCode: 1,
      last: "1 passed, 3 failed",
    });
    expect(await runTests({ "b.test.ts": FAIL_ONCE })).toMatchObject({
      exitCode: 1,
      last: "0 passed, 1 failed",
    });
  });

  test("tries properties with the same cases in each run, and with others where SEED says so", async () => {
    const drawn = async (env: Readonly<Record<string, string>> = {}) =>
      /left out: .*/.exec((await runTests({ "a.test.ts": PROPERTY }, env)).stdout)?.[0];
    const first = await drawn();
    expect(first).toMatch(/(\d+,){4}/);
    expect(await drawn()).toBe(first ?? "");
    expect(await drawn({ SEED: "2" })).not.toBe(first ?? "");
  });
});
