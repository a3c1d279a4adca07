import { expect, test } from "bun:test";
import { directory } from "../../harness.ts";
import { runHere } from "../in-process.ts";

const CONFIG = '[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

test("proxy takes the host of public_url where no domain is given, and says what is missing where there is neither", async () => {
  await using dir = await directory({
    "config.toml": `[server]\npublic_url = "https://calls.example/webhook"\n${CONFIG}`,
    "without.toml": CONFIG,
  });
  const proxy = (...args: readonly string[]) => runHere(["proxy", "caddy", ...args], { cwd: dir.path });
  const { exitCode, stdout } = await proxy();
  expect(exitCode).toBe(0);
  expect(stdout).toContain("calls.example {");
  expect((await proxy("--domain", "other.example")).stdout).toContain("other.example {");
  expect(await proxy("-c", "without.toml")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "switchhook: name the host that Retell calls: --domain NAME, or public_url in [server]\n",
  });
});
