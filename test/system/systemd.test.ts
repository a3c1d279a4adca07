import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { BINARY, KEY, ROOT, until } from "../harness.ts";
import { bootContainer, type Container, containerProblem } from "./container.ts";

// A machine that boots and installs takes its time beside other tests.
setDefaultTimeout(240_000);

const problem = containerProblem();
if (problem) console.log(`skipped: ${problem}`);

const CONFIG = "/etc/switchhook/config.toml";
const SEND = `switchhook send --to +12137771235 --from +12137771234 --key ${KEY} --url http://127.0.0.1:8787/webhook`;

const configOf = (agent: string, more = "") => `[retell]
api_key = "\${credential:retell_api_key}"

[numbers."+12137771235"]
agent = "${agent}"
${more}`;

/** The third call of a caller in a day goes elsewhere, and the agent hears how many there were before. */
const REMEMBERING = configOf(
  "agent_22222",
  `variables = { calls = "\${history.calls}" }

[[numbers."+12137771235".rules]]
when = { over = "often" }
agent = "agent_33333"

[limits.often]
calls = 2
per = "1d"
by = "caller"
`,
);

describe.skipIf(problem !== undefined)("under systemd", () => {
  let machine: Container;

  beforeAll(async () => {
    machine = await bootContainer({ "/usr/local/bin/switchhook": BINARY[0] ?? "" });
    await machine.write(CONFIG, configOf("agent_12345"));
    await machine.write("/etc/switchhook/retell_api_key", `${KEY}\n`, 0o600);
    await machine.ok(
      "switchhook systemd > /etc/systemd/system/switchhook.service && systemctl daemon-reload",
    );
  }, 240_000);
  afterAll(async () => await machine?.[Symbol.asyncDispose](), 240_000);

  const show = async (property: string) =>
    (await machine.ok(`systemctl show --property=${property} --value switchhook`)).trim();
  const journal = () => machine.ok("journalctl --boot --unit=switchhook --output=cat --no-pager");
  const answer = async () => (await machine.sh(SEND)).output;

  test("the unit has no mistake, and next to nothing that it does not need", async () => {
    expect(await machine.ok("systemd-analyze verify switchhook.service")).toBe("");
    const security = await machine.ok("systemd-analyze security --no-pager switchhook.service");
    const exposure = /exposure level for switchhook.service: (\S+)/.exec(security)?.[1];
    expect(Number(exposure)).toBeLessThanOrEqual(1.0);
  });

  test("it is started when it answers calls", async () => {
    await machine.ok("systemctl enable --now switchhook");
    expect(await answer()).toContain("agent_12345");
    expect(await show("StatusText")).toBe("serving 1 number");
    expect(await machine.ok("switchhook status")).toMatch(/^state +well\n/);
  });

  test("it runs as a user of its own, who may write nothing but its state", async () => {
    const pid = await show("MainPID");
    expect(await machine.ok(`stat --format=%U /proc/${pid}`)).toBe("switchhook\n");
    expect(await machine.ok(`grep ^CapEff /proc/${pid}/status`)).toMatch(/0{16}/);
    expect(await machine.ok("stat --format=%a /run/switchhook/admin.sock")).toBe("600\n");
  });

  test("its log has the levels of the journal, and no time of its own", async () => {
    expect(await journal()).toContain("\ncall answered channel=call from=+12137771234");
    await machine.ok("curl --silent --request POST http://127.0.0.1:8787/webhook");
    await until(async () => {
      const warnings = "journalctl --unit=switchhook --priority=warning --output=cat --no-pager";
      return (await machine.ok(warnings)).startsWith("request refused status=401");
    });
  });

  test("a reload ends when the new configuration is in force", async () => {
    await machine.write(CONFIG, configOf("agent_67890"));
    await machine.ok("systemctl reload switchhook");
    expect(await answer()).toContain("agent_67890");
  });

  test("a reload of a file with errors fails with the errors, and the old one stays", async () => {
    await machine.write(CONFIG, configOf("agent_11111", "agnet = 1\n"));
    const { exitCode } = await machine.sh("systemctl reload switchhook");
    expect(exitCode).not.toBe(0);
    expect(await journal()).toContain('did you mean "agent"?');
    expect(await show("StatusText")).toBe(
      "serving 1 number; a newer configuration has errors and is kept out",
    );
    expect(await show("ActiveState")).toBe("active");
    expect(await answer()).toContain("agent_67890");
    await machine.write(CONFIG, configOf("agent_67890"));
    await until(async () => (await show("StatusText")) === "serving 1 number");
  });

  test("killed, it is back by itself", async () => {
    const pid = await show("MainPID");
    await machine.ok(`kill -9 ${pid}`);
    await until(async () => (await answer()).includes("agent_67890"));
    expect(await show("MainPID")).not.toBe(pid);
  });

  test("stuck, it is replaced by the watchdog", async () => {
    await machine.ok("mkdir -p /run/systemd/system/switchhook.service.d");
    await machine.write("/run/systemd/system/switchhook.service.d/test.conf", "[Service]\nWatchdogSec=6s\n");
    await machine.ok("systemctl daemon-reload && systemctl restart switchhook");
    const pid = await show("MainPID");
    // A server that is well is left alone.
    await Bun.sleep(7000);
    expect(await show("MainPID")).toBe(pid);
    await machine.ok(`kill -STOP ${pid}`);
    await until(async () => (await answer()).includes("agent_67890"));
    expect(await show("Result")).toBe("success");
    expect(await journal()).toContain("Watchdog timeout");
  });

  test("with a bad file it does not start, says why, and starts when that is mended", async () => {
    await machine.write(CONFIG, configOf("agent_67890", "agnet = 1\n"));
    expect((await machine.sh("systemctl restart switchhook")).exitCode).not.toBe(0);
    expect(await journal()).toContain("agnet");
    await machine.write(CONFIG, configOf("agent_22222"));
    await until(async () => (await answer()).includes("agent_22222"));
  });

  test("it stops under load at once, whoever has half a request open", async () => {
    await machine.ok(
      "systemd-run --quiet --unit=stranger bash -c 'exec 3<>/dev/tcp/127.0.0.1/8787; printf \"POST /webhook HTTP/1.1\\r\\n\" >&3; sleep 60'",
    );
    await until(async () => (await machine.ok("ss --tcp --no-header state established")).includes(":8787"));
    const script = join(ROOT, "test/system/steady-calls.ts");
    const client = Bun.spawn(
      machine.inNetwork([process.execPath, script, "10000", "200", "http://127.0.0.1:8787", "agent_22222"]),
      { stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: 50_000 },
    );
    await until(async () => (await journal()).split("\ncall answered").length > 100);
    await machine.ok("systemctl stop switchhook");
    // Not killed: it has ended by itself.
    expect(await show("Result")).toBe("success");
    // More calls find nobody there, and then it tells what has become of all.
    await Bun.sleep(1000);
    client.kill("SIGTERM");
    const lines = (await new Response(client.stdout).text()).trimEnd().split("\n");
    const { wrong } = JSON.parse(lines.at(-1) ?? "") as { wrong: string[] };
    // Nobody listens any more; none of those that it had begun to read got something else than an answer.
    expect(wrong.length).toBeGreaterThan(0);
    for (const one of wrong) expect(one).toMatch(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await machine.ok("systemctl start switchhook");
  });

  test("after a reboot it is there, and knows who has called before", async () => {
    const call = () => machine.ok(SEND.replace("--from +12137771234", "--from +14157771234"));
    const admin = (path: string) =>
      machine.ok(`curl --silent --unix-socket /run/switchhook/admin.sock 'http://localhost${path}'`);
    await machine.write(CONFIG, REMEMBERING);
    await machine.ok("systemctl reload switchhook");
    expect(await call()).toContain('"override_agent_id":"agent_22222","dynamic_variables":{"calls":"0"}');
    expect(await call()).toContain('"override_agent_id":"agent_22222","dynamic_variables":{"calls":"1"}');
    const { calls: before } = JSON.parse(await admin("/api/calls?limit=3"));
    await machine.reboot();
    // Everything has been read.
    await until(async () => (await journal()).includes("earlier calls were read"));
    expect(JSON.parse(await admin("/api/calls?limit=3")).calls).toEqual(before);
    expect(await call()).toContain('"override_agent_id":"agent_33333","dynamic_variables":{"calls":"2"}');
    // The table of numbers has the calls of before too, which the chart counts.
    const [, counted] = /Calls by number.*?<td class="number">([\d,]+)</s.exec(await admin("/")) ?? [];
    const { agent, pass, reject } = JSON.parse(await admin("/api/status")).calls.last_day;
    expect(Number(counted)).toBe(agent + pass + reject);
  }, 240_000);
});
