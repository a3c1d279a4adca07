/** Runs every test, and ends with the line `N passed, N failed`. Arguments are handed to `bun test`. */
import { ROOT } from "../test/harness.ts";

const tests = Bun.spawn([process.execPath, "test", "--timeout", "60000", ...process.argv.slice(2)], {
  cwd: ROOT,
  stdin: "ignore",
  stdout: "inherit",
  stderr: "pipe",
});

let output = "";
const decoder = new TextDecoder();
for await (const chunk of tests.stderr) {
  process.stderr.write(chunk);
  output += decoder.decode(chunk, { stream: true });
}
const exitCode = await tests.exited;

/** The last count of its kind: ` 12 pass`. */
const count = (kind: string) =>
  Number(
    output
      .match(new RegExp(`^ *(\\d+) ${kind}$`, "gm"))
      ?.at(-1)
      ?.trim()
      .split(" ")[0] ?? 0,
  );
const passed = count("pass");
const failed = count("fail");
const skipped = count("skip");
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(exitCode === 0 && failed === 0 && passed > 0 ? 0 : 1);
