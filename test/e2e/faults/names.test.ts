/** Names of other servers that no name server answers for, while calls come, the configuration changes and the server stops. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  allowing,
  ask,
  BINARY,
  BINARY_AND_DENO,
  type Directory,
  directory,
  type RunningServer,
  serve,
  until,
} from "../../harness.ts";
import { MAY_SET_NAME_SERVERS, nameServer, withResolvConf } from "../../name-server.ts";

if (!MAY_SET_NAME_SERVERS) console.log("skipped: only root can give a program name servers of its own");

const SILENT = ["a", "b", "c", "d", "e"].map((name) => `${name}.silent.example`);
const KNOWN = "crm.known.example";

const config = (port: number, agent: string) => `
[server]
listen = "127.0.0.1:0"
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
${SILENT.map((name, at) => `[notify.n${at}]\nurl = "https://${name}/"`).join("\n")}
[lookups.crm]
url = "http://${KNOWN}:${port}/\${call_id}"
timeout = "5s"
[defaults]
notify = [${SILENT.map((_, at) => `"n${at}"`)}]
[numbers."+12137771235"]
agent = "${agent}"
[numbers."+12137771236"]
agent = "agent_2"
variables = { plan = "\${lookup.crm.plan:-none}" }
`;

const logged = (server: RunningServer) => server.log().split('"message":"call answered"').length - 1;

function recorded(files: Directory): number {
  const path = files.file("state/history");
  if (!existsSync(path)) return 0;
  return readdirSync(path)
    .map((name) => readFileSync(`${path}/${name}`, "utf8").split("\n").length - 1)
    .reduce((sum, lines) => sum + lines, 0);
}

describe.skipIf(!MAY_SET_NAME_SERVERS).each(BINARY_AND_DENO)(
  "%s, with notices to silent names",
  (_, command) => {
    test("logs, records and reloads at once, knows other names, and stops without losing a call", async () => {
      using names = await nameServer([KNOWN]);
      using deaf = await nameServer();
      using crm = Bun.serve({
        ...{ hostname: "127.0.0.1", port: 0 },
        fetch: () => Response.json({ plan: "gold" }, { headers: { connection: "close" } }),
      });
      const port = crm.port ?? 0;
      await using files = await directory({
        "config.toml": config(port, "agent_1"),
        "resolv.conf": deaf.resolvConf,
      });
      const mayAsk = allowing(command, `--allow-net=${[KNOWN, ...SILENT].join(",")}`);
      await using server = await serve(
        withResolvConf(files.file("resolv.conf"), mayAsk),
        files.file("config.toml"),
      );
      const call = (at: number, to = "+12137771235") =>
        ask(server.url, { call_id: `call_${at}`, to_number: to });

      for (let at = 0; at < 20; at++) await call(at);
      await until(() => SILENT.every((name) => deaf.asked.includes(name)));
      await until(() => logged(server) === 20);
      await until(() => recorded(files) === 20);

      await files.write("config.toml", config(port, "agent_9"));
      await until(() => server.log().includes('"message":"configuration reloaded"'));
      expect(await call(20)).toEqual({ call_inbound: { override_agent_id: "agent_9" } });

      // A network that comes up late, or changes, has other name servers: they get what those of before left unanswered.
      const early = command === BINARY && call(21, "+12137771236");
      if (early) await until(() => deaf.asked.includes(KNOWN));
      await files.write("resolv.conf", names.resolvConf);
      const known = { call_inbound: { dynamic_variables: { plan: "gold" } } };
      expect(await call(22, "+12137771236")).toMatchObject(known);
      if (early) expect(await early).toMatchObject(known);

      // Its answers are asked for again, since a server may have moved.
      const asked = names.asked.length;
      expect(await call(23, "+12137771236")).toMatchObject(known);
      expect(names.asked.length).toBeGreaterThan(asked);

      for (let at = 24; at < 60; at++) await call(at);
      expect(await server.stop()).toBe(0);
      const answered = early ? 60 : 59;
      expect([logged(server), recorded(files)]).toEqual([answered, answered]);
    });
  },
);
