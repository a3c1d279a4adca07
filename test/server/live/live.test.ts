import { expect, test } from "bun:test";
import { type Config, loadConfig } from "../../../src/config/load.ts";
import { followConfig } from "../../../src/server/live/live.ts";
import { type Directory, directory, KEY, until } from "../../harness.ts";

/** A configuration without errors. @param more what it has besides one number */
function config(more = ""): string {
  return `retell.api_key = "\${env:RETELL_API_KEY}"\nnumbers."+12137771235".agent = "agent_1"\n${more}`;
}

/** Follows `config.toml`, and keeps what is put in force. */
async function follow(files: Directory) {
  process.env.RETELL_API_KEY = KEY;
  const applied: Config[] = [];
  const live = followConfig(await loadConfig(files.file("config.toml"), process.env), (next) => {
    applied.push(next);
  });
  return { live, applied };
}

test("a file that is named for the first time, and still being written, is read again when it rests", async () => {
  await using files = await directory({ "config.toml": config(), "spam.txt": "" });
  const { live, applied } = await follow(files);
  await files.write("config.toml", config('lists.spam = { file = "spam.txt" }\ndefaults.deny = ["@spam"]\n'));
  const endMs = performance.now() + 2500;
  for (let line = ""; performance.now() < endMs; await Bun.sleep(2)) {
    line += "# more\n";
    await files.write("spam.txt", line);
  }
  await files.write("spam.txt", "+12137770000\n");
  await until(() => applied.at(-1)?.routing.lists.get("spam")?.numbers[0] === 12137770000, 10_000);
  live.close();
}, 30_000);

test("what is being loaded when it is closed is not put in force", async () => {
  await using files = await directory({ "config.toml": config() });
  const { live, applied } = await follow(files);
  await live.reload();
  expect(applied).toHaveLength(1);
  const reloaded = live.reload();
  live.close();
  await reloaded;
  expect(applied).toHaveLength(1);
});
