/** Runs the fast tests, and again after every change in the checkout, until it is stopped. Arguments as for `test.ts`. */
import { watch } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../test/harness.ts";

/** What is watched. */
const PLACES = ["src", "test", "tools", "config.example.toml", "README.md"];
/** Editors write several files, or one in several steps: a change is over when nothing followed for so long. */
const QUIET_MS = 200;

let changed = Promise.withResolvers<void>();
let timer: ReturnType<typeof setTimeout> | undefined;
for (const place of PLACES) {
  watch(join(ROOT, place), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => changed.resolve(), QUIET_MS);
  });
}

for (;;) {
  changed = Promise.withResolvers();
  const command = [process.execPath, join(ROOT, "tools/test.ts"), "--fast", ...process.argv.slice(2)];
  const tests = Bun.spawn(command, { cwd: ROOT, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  // A change while the tests run makes their result worthless.
  const isStale = await Promise.race([tests.exited.then(() => false), changed.promise.then(() => true)]);
  if (isStale) tests.kill();
  await tests.exited;
  if (!isStale) console.log("\nWaiting for a change. Ctrl-C ends.");
  await changed.promise;
  console.log(`\n${new Date().toLocaleTimeString("en-GB")} changed, running again`);
}
