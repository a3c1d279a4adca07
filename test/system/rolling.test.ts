/** Three servers behind one of Debian's proxies, replaced one by one while calls come in. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { PROXIES, type ProxyName } from "../../src/deploy/proxies.ts";
import {
  BINARY,
  type Directory,
  directory,
  ROOT,
  type RunningServer,
  run,
  serve,
  until,
} from "../harness.ts";
import { freePorts } from "./ports.ts";

setDefaultTimeout(240_000);

const missing = [...PROXIES, "openssl"].find((program) => !Bun.which(program));
if (missing) console.log(`skipped: ${missing} is missing`);

const DOMAIN = "calls.example";
const AGENT = "agent_12345";
const SERVERS = 3;

/** How many calls, and how many a second. */
const PACES: Readonly<Record<ProxyName, readonly [calls: number, perSecond: number]>> = {
  haproxy: [3000, 500],
  caddy: [600, 150],
  nginx: [600, 150],
};

const CONFIG = `[retell]
api_key = "\${env:RETELL_API_KEY}"

[numbers."+12137771235"]
agent = "${AGENT}"
`;

/** How a proxy is started as a user's process: on a port of its own, with a certificate that nobody vouches for. */
const STARTS: Readonly<
  Record<
    ProxyName,
    (snippet: string, dir: string, port: number) => { file: string; text: string; command: string[] }
  >
> = {
  haproxy: (snippet, dir, port) => ({
    file: "haproxy.cfg",
    text: snippet
      .replace(/^ {4}bind :::443.*\n/m, "")
      .replace(/bind :443 ssl crt \S+/, `bind 127.0.0.1:${port} ssl crt ${dir}/both.pem`),
    command: ["haproxy", "-db", "-f", `${dir}/haproxy.cfg`],
  }),
  nginx: (snippet, dir, port) => ({
    file: "nginx.conf",
    text: `pid ${dir}/nginx.pid;\nerror_log ${dir}/error.log;\nevents {}\nhttp {\naccess_log off;\n${[
      "client_body",
      "proxy",
      "fastcgi",
      "uwsgi",
      "scgi",
    ]
      .map((kind) => `${kind}_temp_path ${dir}/${kind};`)
      .join("\n")}\n${snippet
      .replace(/^ {4}listen \[::\].*\n/m, "")
      .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
      .replace(/ssl_certificate \S+/, `ssl_certificate ${dir}/cert.pem;`)
      .replace(/ssl_certificate_key \S+/, `ssl_certificate_key ${dir}/key.pem;`)}}\n`,
    command: ["nginx", "-c", `${dir}/nginx.conf`, "-g", "daemon off;"],
  }),
  caddy: (snippet, dir, port) => ({
    file: "Caddyfile",
    text: `{\n\tadmin off\n\tauto_https off\n\tstorage file_system ${dir}/caddy\n}\n${snippet.replace(
      `${DOMAIN} {`,
      `https://${DOMAIN}:${port} {\n\tbind 127.0.0.1\n\ttls ${dir}/cert.pem ${dir}/key.pem`,
    )}`,
    command: ["caddy", "run", "--adapter", "caddyfile", "--config", `${dir}/Caddyfile`],
  }),
};

describe.skipIf(missing !== undefined)("three servers that are replaced one by one", () => {
  let files: Directory;

  beforeAll(async () => {
    files = await directory({ "config.toml": CONFIG });
    const made = Bun.spawnSync(
      [
        ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-subj", `/CN=${DOMAIN}`, "-addext", `subjectAltName=DNS:${DOMAIN}`],
        ...["-keyout", "key.pem", "-out", "cert.pem"],
      ],
      { cwd: files.path },
    );
    expect(made.exitCode).toBe(0);
    const [cert, key] = await Promise.all(
      ["cert.pem", "key.pem"].map((name) => Bun.file(files.file(name)).text()),
    );
    await files.write("both.pem", `${cert}${key}`);
  });
  afterAll(async () => await files?.[Symbol.asyncDispose]());

  test.each(PROXIES)("behind %s, lose no call", async (proxy) => {
    const [calls, perSecond] = PACES[proxy];
    const ports = freePorts(SERVERS + 1);
    const port = ports.pop() ?? 0;
    const startServer = (at: number) =>
      serve(BINARY, files.file("config.toml"), { args: ["--listen", `127.0.0.1:${ports[at]}`] });
    const servers: RunningServer[] = await Promise.all(ports.map((_, at) => startServer(at)));
    const gone: RunningServer[] = [];

    const listens = ports.flatMap((server) => ["--listen", `127.0.0.1:${server}`]);
    const snippet = await run([...BINARY, "proxy", proxy, "--domain", DOMAIN, ...listens]);
    const { file, text, command } = STARTS[proxy](snippet.stdout, files.path, port);
    await files.write(file, text);
    const running = Bun.spawn(command, {
      env: { ...process.env, HOME: files.path },
      stdin: "ignore",
      stdout: "ignore",
      stderr: Bun.file(files.file(`${proxy}.log`)),
    });
    try {
      await until(async () => {
        const answer = await fetch(`https://127.0.0.1:${port}/healthz`, {
          headers: { host: DOMAIN },
          tls: { rejectUnauthorized: false, serverName: DOMAIN },
        }).catch(() => undefined);
        return answer?.status === 200;
      });
      const replacements = Array.from({ length: SERVERS }, (_, at) => ({
        at,
        // A new one has time to be found before the next goes.
        whenAnswered: Math.round((calls * (0.15 + 0.25 * at)) / 100) * 100,
      }));
      let replacing = Promise.resolve();
      const { answered, wrong } = await steadyCalls(
        [calls, perSecond, `https://${DOMAIN}:${port}`, AGENT],
        (soFar) => {
          const due = replacements.find(({ whenAnswered }) => whenAnswered === soFar);
          if (!due) return;
          replacing = replacing.then(async () => {
            const old = servers[due.at];
            if (!old) return;
            expect(await old.stop()).toBe(0);
            gone.push(old);
            servers[due.at] = await startServer(due.at);
          });
        },
      );
      await replacing;
      expect(wrong.slice(0, 10)).toEqual([]);
      expect(answered).toBe(calls);
      expect(gone).toHaveLength(SERVERS);
      // Now there are only new ones.
      const after = await steadyCalls([30, 100, `https://${DOMAIN}:${port}`, AGENT], () => {});
      expect(after).toMatchObject({ answered: 30, wrong: [] });
      // Each of the old has answered; where one was reset, two servers were asked for the same call.
      const counts = await Promise.all(
        [...gone, ...servers].map(async (server) => {
          if (server.log() === "" || servers.includes(server)) await server.stop();
          return server.log().split(`"agent":"${AGENT}"`).length - 1;
        }),
      );
      expect(counts.slice(0, SERVERS).every((count) => count > 0)).toBe(true);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(calls + 30);
    } finally {
      running.kill("SIGTERM");
      await running.exited;
      await Promise.all(servers.map(async (server) => await server[Symbol.asyncDispose]()));
    }
  });
});

/** Runs `steady-calls.ts`, and tells how many calls are answered, every hundred. */
async function steadyCalls(args: readonly (string | number)[], tell: (answered: number) => void) {
  const client = Bun.spawn(
    [process.execPath, join(ROOT, "test/system/steady-calls.ts"), ...args.map(String)],
    { stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: 90_000 },
  );
  const decoder = new TextDecoder();
  let text = "";
  let last = "{}";
  for await (const bytes of client.stdout) {
    text += decoder.decode(bytes, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      last = line;
      if (/^\d+$/.test(line)) tell(Number(line));
    }
  }
  return JSON.parse(last) as { readonly answered: number; readonly wrong: readonly string[] };
}
