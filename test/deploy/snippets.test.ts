/** The configurations for other programs. Whether those understand them, test/system asks the programs. */
import { describe, expect, test } from "bun:test";
import { runHere } from "../commands/in-process.ts";
import { directory } from "../harness.ts";

const CONFIG = `[retell]
api_key = "\${env:RETELL_API_KEY}"

[server]
listen = "unix:/run/calls/hook.sock"
path = "/inbound/retell"

[numbers."+12137771235"]
agent = "agent_12345"
`;

describe("switchhook proxy", () => {
  test.each([
    ["caddy", ["unix//run/calls/hook.sock", "path /inbound/retell /inbound/retell/ /healthz"]],
    ["nginx", ["unix:/run/calls/hook.sock", "location = /inbound/retell {", "location = /inbound/retell/ {"]],
    ["haproxy", ["unix@/run/calls/hook.sock", "path /inbound/retell /inbound/retell/ /healthz"]],
  ])("takes address and path from the configuration, for %s", async (kind, parts) => {
    await using files = await directory({ "config.toml": CONFIG });
    const { exitCode, stdout } = await runHere(["proxy", kind, "--domain", "Calls.Example"], {
      cwd: files.path,
    });
    expect(exitCode).toBe(0);
    for (const part of ["calls.example", ...parts]) expect(stdout).toContain(part);
  });

  test.each([
    ["0.0.0.0:9000", "127.0.0.1:9000"],
    ["[::]:9000", "[::1]:9000"],
    ["10.0.0.5:9000", "10.0.0.5:9000"],
  ])("goes to where %s is reached from this machine", async (listen, reached) => {
    await using files = await directory({});
    const { stdout } = await runHere(["proxy", "nginx", "--domain", "x.example", "--listen", listen], {
      cwd: files.path,
    });
    expect(stdout).toContain(`server ${reached};`);
    expect(stdout).toContain("location = /webhook {");
  });

  test.each([
    [
      "caddy",
      [
        "forward_auth 10.0.0.11:8787 [fd00::12]:8787 {",
        "reverse_proxy {http.reverse_proxy.upstream.hostport} {",
      ],
    ],
    ["nginx", ["server 10.0.0.11:8787 max_fails=0;", "server [fd00::12]:8787 max_fails=0;"]],
    [
      "haproxy",
      ["server switchhook1 10.0.0.11:8787", "server switchhook2 [fd00::12]:8787", "option redispatch 1"],
    ],
  ])("hands calls on to several servers, for %s", async (kind, parts) => {
    await using files = await directory({});
    const listens = ["--listen", "10.0.0.11:8787", "--listen", "[fd00::12]:8787"];
    const { exitCode, stdout } = await runHere(["proxy", kind, "--domain", "x.example", ...listens], {
      cwd: files.path,
    });
    expect(exitCode).toBe(0);
    for (const part of parts) expect(stdout).toContain(part);
  });

  test.each([
    [
      ["--domain", "x.example", "--listen", "10.0.0.11:8787", "--listen", "unix:/run/s"],
      "Several servers must be on",
    ],
    [["--domain", "a b"], "It must be a host name"],
    [["--domain", "x.example;"], "It must be a host name"],
    [["--domain", "x.example", "--listen", "8787"], 'It must be "address:port"'],
  ])("refuses %j", async (args, said) => {
    const { exitCode, stderr } = await runHere(["proxy", "caddy", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
  });
});

describe("switchhook systemd", () => {
  test.each([
    [[], "serve -c /etc/switchhook/config.toml"],
    [["-c", "/srv/calls.toml"], "serve -c /srv/calls.toml"],
    [["-c", "/srv/my calls/100%.toml"], 'serve -c "/srv/my calls/100%%.toml"'],
  ])("starts the service with the configuration that %j names", async (args, said) => {
    const { exitCode, stdout } = await runHere(["systemd", ...args]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^ExecStart=\\S+ ${RegExp.escape(said)}$`, "m"));
    expect(stdout).toMatch(
      new RegExp(`^ExecReload=\\S+ ${RegExp.escape(said.replace("serve", "reload"))}$`, "m"),
    );
  });

  test.each([
    ["-c", "/home/me/config.toml", 1, "the service sees nothing below /home"],
    ["-c", "/root/config.toml", 1, "the service sees nothing below /root"],
    ["--listen", "127.0.0.1:9000", 2, "--listen is for --socket"],
  ])("refuses %s %s", async (option, value, code, said) => {
    const { exitCode, stdout, stderr } = await runHere(["systemd", option, value]);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
    expect(stderr).toContain(said);
  });
});

describe("switchhook systemd --socket", () => {
  const socketUnit = async (...args: readonly string[]) => {
    await using files = await directory({ "config.toml": CONFIG });
    return await runHere(["systemd", "--socket", ...args], { cwd: files.path });
  };

  test.each([
    [[], "ListenStream=/run/calls/hook.sock"],
    [["--listen", "unix:/run/100%/s"], "ListenStream=/run/100%%/s"],
    [["--listen", "localhost:8787"], "ListenStream=127.0.0.1:8787"],
    [["--listen", "[::]:8787"], "ListenStream=[::]:8787"],
  ])("listens where %j says", async (args, line) => {
    const { exitCode, stdout } = await socketUnit(...args);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toContain(line);
    expect(stdout.includes("SocketMode=")).toBe(line.includes("=/"));
  });

  test.each([
    ["unix:/run/switchhook/s", "/run/switchhook is removed when the service stops"],
    ["unix:/run/x/../switchhook/s", "/run/switchhook is removed when the service stops"],
    ["unix:run/s", "absolute path"],
    ["calls.example:8787", "only on IP addresses"],
    ["127.0.0.1:0", "a port that is known"],
  ])("says why it cannot listen on %s", async (listen, said) => {
    const { exitCode, stdout, stderr } = await socketUnit("--listen", listen);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toStartWith("switchhook: ");
    expect(stderr).toContain(said);
  });
});
