import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_DELAY_MS, RETELL_TIMEOUT_MS } from "../../src/retell/timing.ts";
import { ROOT } from "../harness.ts";

const [wait, most] = [RETELL_TIMEOUT_MS / 1000, MAX_DELAY_MS / 1000];

test.each([
  ["README.md", [`at most ${most} s, since Retell waits ${wait}.`, `at most ${most}s`]],
  ["config.example.toml", [`at most ${most}s`]],
])("%s says how long Retell waits as the program does", async (name, said) => {
  const text = await readFile(join(ROOT, name), "utf8");
  for (const words of said) expect(text).toContain(words);
});
