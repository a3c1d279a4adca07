import { describe, expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { BINARY, directory, run, serve } from "../../harness.ts";
import { runHere } from "../in-process.ts";

const init = (cwd: string, ...args: readonly string[]) => runHere(["init", ...args], { cwd });

describe("init", () => {
  test("writes a configuration that is good once the key is set", async () => {
    await using dir = await directory({});
    const { exitCode, stdout, stderr } = await init(dir.path);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toStartWith("Wrote config.toml, and config.schema.json for editors. Next:\n");
    expect(stdout).toContain("\n  3. switchhook check\n");
    expect((await stat(dir.file("config.toml"))).mode & 0o777).toBe(0o640);

    const check = (env: Record<string, string>) =>
      run([...BINARY, "check", "--strict"], { cwd: dir.path, env });
    expect(await check({ RETELL_API_KEY: "key_fedcba9876543210" })).toEqual({
      exitCode: 0,
      stdout: "config.toml is valid: 1 number, 1 list with 0 entries\n",
      stderr: "",
    });
    const without = await check({ RETELL_API_KEY: "" });
    expect(without).toMatchObject({ exitCode: 1, stdout: "" });
    expect(without.stderr).toContain("the environment variable RETELL_API_KEY is set, but empty");
    expect(without.stderr).toEndWith("\n1 warning\n");
  });

  test("writes a configuration that answers the call it proposes", async () => {
    await using dir = await directory({});
    const { stdout } = await init(dir.path, "here");
    const [, options = ""] = /switchhook send -c here\/config\.toml (--to \S+ --from \S+)/.exec(stdout) ?? [];
    expect(options).not.toBe("");
    const path = dir.file("here/config.toml");
    const text = await Bun.file(path).text();
    await dir.write("here/config.toml", `server.listen = "127.0.0.1:0"\n${text}`);
    await using server = await serve(BINARY, path);
    const sent = await runHere(["send", "-c", path, "--url", server.url, ...options.split(" ")]);
    expect(sent.exitCode).toBe(0);
    expect(sent.stdout).toContain('"override_agent_id":"agent_');
  });

  test("makes the directory, and names the file in what to do next", async () => {
    await using dir = await directory({});
    const { exitCode, stdout } = await init(dir.path, "a/b");
    expect(exitCode).toBe(0);
    expect(stdout).toStartWith("Wrote a/b/config.toml, and a/b/config.schema.json for editors. Next:\n");
    expect(stdout).toContain(
      "\n  3. switchhook check -c a/b/config.toml\n  4. switchhook serve -c a/b/config.toml\n",
    );
    expect((await run([...BINARY, "check", "-c", dir.file("a/b/config.toml")])).exitCode).toBe(0);
  });

  test("writes the schema beside the configuration, which names it in its first line", async () => {
    await using dir = await directory({});
    await init(dir.path);
    expect(await Bun.file(dir.file("config.toml")).text()).toStartWith("#:schema config.schema.json\n");
    const { stdout } = await run([...BINARY, "schema"]);
    expect(await Bun.file(dir.file("config.schema.json")).text()).toBe(stdout);
  });

  test("leaves a schema that is there as it is, and says so", async () => {
    await using dir = await directory({ "config.schema.json": "{}\n" });
    const { exitCode, stdout } = await init(dir.path);
    expect(exitCode).toBe(0);
    expect(stdout).toStartWith(
      "config.schema.json already exists, and was not changed.\nWrote config.toml. Next:\n",
    );
    expect(await Bun.file(dir.file("config.schema.json")).text()).toBe("{}\n");
  });

  test("never overwrites", async () => {
    await using dir = await directory({ "config.toml": "# mine\n" });
    expect(await init(dir.path)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "switchhook: cannot write config.toml: it already exists, and was not changed\n",
    });
    expect(await Bun.file(dir.file("config.toml")).text()).toBe("# mine\n");
    expect(await Bun.file(dir.file("config.schema.json")).exists()).toBe(false);
  });

  test.each(["mine", "mine/below"])("says so where a file is in the way: %s", async (name) => {
    await using dir = await directory({ mine: "# mine\n" });
    expect(await init(dir.path, name)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `switchhook: cannot create the directory ${name}: a file of that name is in the way\n`,
    });
    expect(await Bun.file(dir.file("mine")).text()).toBe("# mine\n");
  });

  test("ends with 1 where it cannot write", async () => {
    // A place where not even root may write.
    const { exitCode, stdout, stderr } = await init("/", "/proc/self");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/^switchhook: cannot write \/proc\/self\/config\.toml: .+\n$/);
  });
});
