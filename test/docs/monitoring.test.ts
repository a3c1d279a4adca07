/** What is in docs/monitoring fits what a running server tells, and Prometheus takes it. */
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import dashboard from "../../docs/monitoring/dashboard.json" with { type: "json" };
import { ask, BINARY, directory, post, ROOT, serve, until } from "../harness.ts";

const MONITORING = join(ROOT, "docs/monitoring");
const ALERTS = await Bun.file(join(MONITORING, "alerts.yml")).text();

const problem = Bun.which("promtool") ? undefined : "promtool is missing: install the package prometheus";
if (problem) console.log(`skipped: ${problem}`);

/** Everything that Prometheus is asked. */
const QUERIES: readonly string[] = [
  ...dashboard.panels.flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? []),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];

let metrics = "";
/** The metrics of the server, also those without a value yet, and how their series' names end. */
let families: { readonly name: string; readonly series: readonly string[] }[] = [];

beforeAll(async () => {
  // Nobody listens at the port of look-up and notice, so that they fail.
  await using files = await directory({
    "config.toml": `[server]
listen = "127.0.0.1:0"
[admin]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[lookups.crm]
url = "http://127.0.0.1:9/\${from_number}"
[notify.desk]
url = "http://127.0.0.1:9/"
[numbers."+12137771235"]
agent = "agent_12345"
variables = { plan = "\${lookup.crm.plan}" }
notify = ["desk"]
`,
  });
  await using server = await serve(BINARY, files.file("config.toml"));
  await until(() => server.log().includes('"admin":"'));
  await ask(server.url);
  await post(server.url, "{}", "key_fedcba9876543210");
  const admin = /"admin":"([^"]+)"/.exec(server.log())?.[1];
  metrics = await (await fetch(`${admin}/metrics`)).text();
  families = Array.from(metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = "", type]) => ({
    name,
    series: type === "histogram" ? ["_bucket", "_sum", "_count"] : [""],
  }));
}, 120_000);

/** What a shell command that reads `input` prints, and how it ends. */
async function promtool(args: readonly string[], input = "") {
  const child = Bun.spawn(["promtool", ...args], {
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: 60_000,
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode: await child.exited, said: out + err };
}

/** The metrics named in a text. */
const namedIn = (text: string) => new Set(text.match(/\b(?:switchhook|process)_[a-z_]+\b/g));

describe("docs/monitoring", () => {
  test("names no metric that the server does not tell", () => {
    const told = new Set(families.flatMap(({ name, series }) => series.map((end) => `${name}${end}`)));
    for (const text of [ALERTS, ...QUERIES]) {
      expect([...namedIn(text)].filter((name) => !told.has(name))).toEqual([]);
    }
  });

  test("shows every metric of the server in the dashboard", () => {
    const shown = namedIn(QUERIES.join("\n"));
    const missing = families.filter(({ name, series }) => !series.some((end) => shown.has(`${name}${end}`)));
    expect(missing).toEqual([]);
  });

  test("has panels that can be told apart and lie beside each other", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describe.skipIf(problem !== undefined)("promtool", () => {
  test("finds nothing to say about the metrics of a running server", async () => {
    expect(metrics).toContain('switchhook_lookups_total{lookup="crm",result="failed"} 1\n');
    expect(await promtool(["check", "metrics"], metrics)).toEqual({ exitCode: 0, said: "" });
  });

  test("takes the alerts, and each of them fires when it should, and only then", async () => {
    const checked = await promtool(["check", "rules", join(MONITORING, "alerts.yml")]);
    expect([checked.exitCode, checked.said]).toEqual([0, expect.stringContaining("17 rules found")]);
    const tested = await promtool(["test", "rules", join(MONITORING, "alerts.test.yml")]);
    expect([tested.exitCode, tested.said]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  test("is asked about every alert, and notices one that never fires", async () => {
    const tests = await Bun.file(join(MONITORING, "alerts.test.yml")).text();
    const alerts = Array.from(ALERTS.matchAll(/- alert: (\S+)/g), ([, name]) => name);
    expect(alerts.filter((name) => !tests.includes(`{alertname="${name}"}`))).toEqual([]);
    const broken = ALERTS.replace("switchhook_config_refused == 1", "switchhook_config_refused == 2");
    await using files = await directory({ "alerts.test.yml": tests, "alerts.yml": broken });
    const tested = await promtool(["test", "rules", files.file("alerts.test.yml")]);
    expect([tested.exitCode, tested.said]).toEqual([1, expect.stringContaining("SwitchhookConfigKeptOut")]);
  });

  test("takes every query of the dashboard", async () => {
    const filled = QUERIES.map((query) => query.replaceAll("$__rate_interval", "5m"));
    const rules = filled.map((expr, at) => ({ record: `query:${at}`, expr }));
    await using files = await directory({
      "queries.yml": JSON.stringify({ groups: [{ name: "all", rules }] }),
    });
    const checked = await promtool(["check", "rules", files.file("queries.yml")]);
    expect([checked.exitCode, checked.said]).toEqual([0, expect.stringContaining(`${rules.length} rules`)]);
  });
});
