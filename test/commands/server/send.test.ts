import { describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { BINARY, directory, KEY, serve } from "../../harness.ts";
import { runHere } from "../in-process.ts";

const config = (listen: string) => `[server]
listen = "${listen}"
[retell]
api_key = ["\${env:RETELL_API_KEY}", "key_of_the_day_before_1"]
[numbers."+12137771235"]
agent = "agent_12345"
variables = { caller = "\${from_number}", tier = "\${header.x-tier}", id = "\${call_id}" }
`;

const CALL = ["--to", "+12137771235", "--from", "+12137771234"];

const send = (cwd: string, ...args: readonly string[]) => runHere(["send", ...args], { cwd });

/** What is printed, by its name. */
function rowsOf(stdout: string): Record<string, string> {
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => /^(sent to|request|status|answer|time) +(.*)$/.exec(line) ?? []);
  return Object.fromEntries(rows.map(([, name = "?", text = ""]) => [name, text]));
}

describe("send", () => {
  test("sends a signed call to where the configuration listens, and prints what comes back", async () => {
    await using dir = await directory({ "any-port.toml": config("127.0.0.1:0") });
    await using server = await serve(BINARY, dir.file("any-port.toml"));
    await dir.write("config.toml", config(new URL(server.url).host));

    const { exitCode, stdout, stderr } = await send(
      dir.path,
      ...CALL,
      "--header",
      "X-Tier=gold",
      "--agent",
      "agent_9",
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const rows = rowsOf(stdout);
    expect(Object.keys(rows)).toEqual(["sent to", "request", "status", "answer", "time"]);
    expect(rows).toMatchObject({ "sent to": server.url, status: "200" });
    expect(rows.time).toMatch(/^\d+\.\d ms$/);
    const request = JSON.parse(rows.request ?? "");
    expect(request).toEqual({
      event: "call_inbound",
      event_timestamp: expect.any(Number),
      call_inbound: {
        call_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ...{ agent_id: "agent_9", from_number: "+12137771234", to_number: "+12137771235" },
        custom_sip_headers: { "x-tier": "gold" },
      },
    });
    expect(JSON.parse(rows.answer ?? "")).toEqual({
      call_inbound: {
        override_agent_id: "agent_12345",
        dynamic_variables: { caller: "+12137771234", tier: "gold", id: request.call_inbound.call_id },
      },
    });
    expect(stdout).not.toContain(KEY);
  });

  test("needs no configuration where it is told the URL and the key", async () => {
    await using dir = await directory({ "any-port.toml": config("127.0.0.1:0") });
    await using server = await serve(BINARY, dir.file("any-port.toml"));
    const { exitCode, stdout, stderr } = await send("/", ...CALL, "--url", server.url, "--key", KEY);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(rowsOf(stdout)).toMatchObject({ "sent to": server.url, status: "200" });
  });

  test("sends a text", async () => {
    await using dir = await directory({ "config.toml": config("127.0.0.1:0") });
    await using server = await serve(BINARY, dir.file("config.toml"));
    const { exitCode, stdout } = await send(dir.path, ...CALL, "--sms", "--url", server.url);
    expect(exitCode).toBe(0);
    const rows = rowsOf(stdout);
    expect(JSON.parse(rows.request ?? "")).toMatchObject({ event: "chat_inbound", chat_inbound: {} });
    expect(rows.answer).toBe('{"chat_inbound":{}}');
  });

  test("finds a server on a unix socket by the configuration", async () => {
    await using dir = await directory({});
    await dir.write("config.toml", config(`unix:${dir.file("s.sock")}`));
    await using _server = await serve(BINARY, dir.file("config.toml"));
    const { exitCode, stdout, stderr } = await send(dir.path, ...CALL);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(rowsOf(stdout)).toMatchObject({ "sent to": `unix:${dir.file("s.sock")} /webhook`, status: "200" });
  });

  test.each([
    [
      "the key is another",
      ["--key", "key_fedcba9876543210"],
      "/webhook",
      "401",
      "the signature is not valid",
    ],
    ["the path is another", [], "/elsewhere", "404", "nothing is served at this path"],
  ] as const)("ends with 1 where %s, and prints what came back", async (_name, args, path, status, error) => {
    await using dir = await directory({ "config.toml": config("127.0.0.1:0") });
    await using server = await serve(BINARY, dir.file("config.toml"));
    const url = new URL(path, server.url).href;
    const { exitCode, stdout, stderr } = await send(dir.path, ...CALL, "--url", url, ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(rowsOf(stdout)).toMatchObject({ "sent to": url, status, answer: JSON.stringify({ error }) });
    expect(stdout).not.toContain("fedcba");
  });

  test("ends with 1 where no server answers, and says where it looked", async () => {
    await using dir = await directory({ "config.toml": config("127.0.0.1:1") });
    const { exitCode, stdout, stderr } = await send(dir.path, ...CALL);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(
      /^switchhook: no answer from http:\/\/127\.0\.0\.1:1\/webhook: nothing is listening there; start the server with "switchhook serve"\n$/,
    );

    const socket = dir.file("none.sock");
    await dir.write("config.toml", config(`unix:${socket}`));
    const none = await send(dir.path, ...CALL);
    expect(none).toMatchObject({ exitCode: 1, stdout: "" });
    expect(none.stderr).toStartWith(`switchhook: no answer from unix:${socket} /webhook: `);
  });

  test("ends with 1 where the connection is cut", async () => {
    const cutter = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => cutter.listen(0, "127.0.0.1", resolve));
    const address = cutter.address();
    if (typeof address !== "object" || address === null) throw new Error("It must listen on a port");
    try {
      const url = `http://127.0.0.1:${address.port}/`;
      const { exitCode, stdout, stderr } = await send("/", ...CALL, "--url", url, "--key", KEY);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(/^switchhook: no answer from http:\/\/127\.0\.0\.1:\d+\/: .+\n$/);
    } finally {
      cutter.close();
    }
  });

  test.each(["ftp://example.com", "127.0.0.1:8787", "/webhook", "http://", "http://[", ""])(
    "takes %j for a usage error",
    async (url) => {
      const { exitCode, stdout, stderr } = await send("/", ...CALL, "--url", url, "--key", KEY);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toBe(
        `error: option '--url <url>' argument '${url}' is invalid. It must be a URL that begins with http:// or https://.\n`,
      );
    },
  );
});
