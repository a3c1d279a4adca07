import { describe, expect, test } from "bun:test";
import { chmod, stat } from "node:fs/promises";
import { createServer } from "node:net";
import {
  adminOf,
  allowing,
  ask,
  BINARY,
  type Directory,
  directory,
  post,
  RUNTIMES,
  type RunningServer,
  run,
  serve,
  until,
} from "../harness.ts";

const ROUTES = `[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12137771235"]
agent = "agent_12345"
`;

const TOKEN = "0123456789abcdef0123456789abcdef";

/** A configuration with an admin listener on a free port, and whatever else it says. */
const configOf = (admin: string, rest = ROUTES) =>
  `[server]\nlisten = "127.0.0.1:0"\n[admin]\n${admin}\n${rest}`;

async function started(command: readonly string[], files: Directory, env = {}): Promise<RunningServer> {
  await chmod(files.file("config.toml"), 0o600);
  const server = await serve(command, files.file("config.toml"), { env });
  await until(() => server.log().includes("status, metrics and health"));
  return server;
}

async function metricsOf(admin: string): Promise<string> {
  return await (await fetch(`${admin}/metrics`)).text();
}

describe.each(RUNTIMES)("the admin listener of %s", (_name, command) => {
  test("tells that it is there, how it stands, and what it counted", async () => {
    await using files = await directory({ "config.toml": configOf('listen = "127.0.0.1:0"') });
    await using server = await started(command, files);
    const admin = await adminOf(server);
    const before = await metricsOf(admin);
    expect(before).toContain('switchhook_refused_total{reason="wrong_key"} 0\n');

    await ask(server.url);
    await post(server.url, "{}", "key_fedcba9876543210");
    expect(await (await fetch(`${admin}/healthz`)).text()).toBe("ok");
    const status = await (await fetch(`${admin}/readyz`)).json();
    expect(status).toMatchObject({
      ready: true,
      config: { file: files.file("config.toml"), numbers: 1, clients: 0, expectations: 0 },
      refused: null,
      calls: { last_hour: { agent: 1, pass: 0, reject: 0 } },
    });
    expect(await (await fetch(`${admin}/api/status`)).json()).toEqual(status);
    expect(await (await fetch(`${admin}/api/calls`)).json()).toMatchObject({
      calls: [{ from: "+12137771234", to: "+12137771235", outcome: "agent", agent: "agent_12345" }],
    });
    const explained = await fetch(`${admin}/api/explain?to=%2B12137771235&from=anonymous`);
    expect(await explained.json()).toMatchObject({ outcome: "agent", agent: { id: "agent_12345" } });
    const page = await fetch(`${admin}/`);
    expect(page.headers.get("content-type")).toBe("text/html; charset=UTF-8");
    expect(await page.text()).toMatch(/^<!doctype html>\n<html lang="en".*All is well/s);
    const after = await metricsOf(admin);
    expect(after).toContain(
      'switchhook_calls_total{client="",number="+12137771235",channel="call",outcome="agent",agent="agent_12345"} 1\n',
    );
    expect(after).toContain('switchhook_refused_total{reason="wrong_key"} 1\n');
    expect(after).toContain("switchhook_answer_seconds_count 1\n");
    expect(after).toContain("switchhook_decision_seconds_count 1\n");
    expect(after).toMatch(/^process_resident_memory_bytes [1-9]\d+$/m);
  });

  test("a reload answers when the new configuration is in force, and says why one is refused", async () => {
    await using files = await directory({ "config.toml": configOf('listen = "127.0.0.1:0"') });
    await using server = await started(command, files);
    const admin = await adminOf(server);
    const cli = allowing(command, `--allow-net=${new URL(admin).host}`);
    const reload = (...more: string[]) =>
      run([...cli, "reload", "-c", files.file("config.toml"), "--admin", admin, ...more]);
    const status = () => run([...cli, "status", "-c", files.file("config.toml"), "--admin", admin]);

    await files.write("config.toml", configOf('listen = "127.0.0.1:0"', ROUTES.replace("12345", "67890")));
    const applied = await reload();
    expect(applied).toMatchObject({ exitCode: 0, stderr: "" });
    expect(applied.stdout).toMatch(
      /config\.toml is (unchanged and stays )?in force: 1 number, hash \w{12}\n$/,
    );
    expect(await ask(server.url)).toEqual({ call_inbound: { override_agent_id: "agent_67890" } });
    expect((await status()).stdout).toMatch(/^state +well\n/);

    await files.write(
      "config.toml",
      configOf('listen = "127.0.0.1:0"', ROUTES.replace("agent =", "agnet =")),
    );
    const refused = await reload();
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain('did you mean "agent"?');
    expect(refused.stderr).toContain("stays in force");
    expect(await ask(server.url)).toEqual({ call_inbound: { override_agent_id: "agent_67890" } });
    const standing = await status();
    expect(standing.exitCode).toBe(1);
    expect(standing.stdout).toMatch(/^state +a newer configuration is kept out\n/);
    expect(standing.stdout).toContain('did you mean "agent"?');
    expect(await metricsOf(admin)).toContain("switchhook_config_refused 1\n");
    expect(JSON.parse((await reload("--json")).stdout)).toMatchObject({
      result: "refused",
      refused: {
        diagnostics: [{ severity: "error", line: 8, message: expect.stringContaining("agnet") }],
      },
    });
  });
});

describe("where systemd gives a runtime directory", () => {
  test("it is a socket there, for the server's user alone, and the commands find it", async () => {
    await using files = await directory({ "config.toml": configOf("") });
    const env = { RUNTIME_DIRECTORY: files.path };
    await using _server = await started(BINARY, files, env);
    expect((await stat(files.file("admin.sock"))).mode & 0o777).toBe(0o600);
    const found = await run([...BINARY, "status", "-c", files.file("config.toml")], { env });
    expect(found.stdout).toMatch(/^state +well\n/);
  });
});

test("without an address and a runtime directory there is none", async () => {
  await using files = await directory({ "config.toml": configOf("") });
  await using server = await serve(BINARY, files.file("config.toml"));
  await ask(server.url);
  await until(() => server.log().includes("call answered"));
  expect(server.log()).not.toContain("status, metrics");
  const env = { RUNTIME_DIRECTORY: files.path };
  const asked = await run([...BINARY, "status", "-c", files.file("config.toml")], { env });
  expect(asked).toMatchObject({ exitCode: 1, stdout: "" });
  expect(asked.stderr).toEndWith(
    `nothing is listening there; if the server runs without systemd, add [admin] with listen = "127.0.0.1:8788" to ${files.file("config.toml")}, and start it anew\n`,
  );
});

test("a token is asked for, and follows the configuration", async () => {
  const withToken = (name: string) => configOf(`listen = "127.0.0.1:0"\ntoken = "\${env:${name}}"`);
  const env = { FIRST: TOKEN, SECOND: TOKEN.toUpperCase() };
  await using files = await directory({ "config.toml": withToken("FIRST") });
  await using server = await started(BINARY, files, env);
  const admin = await adminOf(server);
  const statusWith = async (token: string) =>
    (await fetch(`${admin}/api/status`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await statusWith(TOKEN)).toBe(200);
  expect(await statusWith("another")).toBe(401);
  expect((await fetch(`${admin}/metrics`)).status).toBe(401);
  expect((await fetch(`${admin}/healthz`)).status).toBe(200);

  await files.write("config.toml", withToken("SECOND"));
  // The server follows the file by itself: a command that shows the old token may come too late.
  await until(async () => (await statusWith(TOKEN.toUpperCase())) === 200);
  expect(await statusWith(TOKEN)).toBe(401);
  expect(server.log()).not.toContain(TOKEN);
});

test("numbers are hidden in metrics where they are hidden in the log", async () => {
  const text = configOf('listen = "127.0.0.1:0"', `${ROUTES}[log]\nnumbers = "masked"\n`);
  await using files = await directory({ "config.toml": text });
  await using server = await started(BINARY, files);
  await ask(server.url);
  const metrics = await metricsOf(await adminOf(server));
  expect(metrics).toContain('number="+1******1235"');
  expect(metrics).not.toContain("12137771235");
});

test("an address that is in use ends the start with a message", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  await until(() => squatter.listening);
  const address = squatter.address();
  const port = typeof address === "object" ? address?.port : undefined;
  await using files = await directory({ "config.toml": configOf(`listen = "127.0.0.1:${port}"`) });
  const ended = await run([...BINARY, "serve", "-c", files.file("config.toml")]);
  squatter.close();
  expect(ended.exitCode).toBe(1);
  expect(ended.stderr).toContain(`cannot listen on http://127.0.0.1:${port}`);
});
