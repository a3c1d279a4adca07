import { expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT, RUNTIMES, run } from "../harness.ts";

test("times and dates are worded alike by both runtimes", async () => {
  const script = join(ROOT, "test/e2e/wording.ts");
  const commands = RUNTIMES.flatMap(([, command]) =>
    command.at(-1)?.endsWith("main.ts") ? [[...command.slice(0, -1), script]] : [],
  );
  const [bun, deno] = await Promise.all(commands.map((command) => run(command)));
  expect(bun?.stdout.split("\n").length).toBeGreaterThan(60);
  expect(deno?.stdout).toBe(bun?.stdout ?? "");
});
