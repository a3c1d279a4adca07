/** Debian's reverse proxies in front of the service, with the snippets as `switchhook proxy` prints them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import Retell from "retell-sdk";
import { PROXIES, type ProxyName } from "../../src/deploy/proxies.ts";
import { BINARY, callBody, KEY, ROOT, until } from "../harness.ts";
import { bootContainer, type Container, containerProblem } from "./container.ts";

// A machine that boots and restarts things takes its time beside other tests.
setDefaultTimeout(240_000);

const missing = PROXIES.find((proxy) => !Bun.which(proxy));
const problem = containerProblem() ?? (missing && `${missing} is missing`);
if (problem) console.log(`skipped: ${problem}`);

const DOMAIN = "calls.example";
const AGENT = "agent_12345";
/** Addresses of the container, beside those of loopback: of a client that may call, and of one that may not. */
const [RETELL, STRANGER] = ["203.0.113.9", "203.0.113.10"] as const;

const TRANSPORTS = ["127.0.0.1:8787", "unix:/run/switchhook-socket/webhook.sock"] as const;
type Transport = (typeof TRANSPORTS)[number];

/** How many calls go through each proxy on each transport, and how many a second: 2,000 for each proxy. */
const [CALLS, PER_SECOND] = [1000, 300] as const;
/** How many where there is no socket unit. */
const CALLS_WITHOUT_SOCKET = 500;

const configOf = (listen: Transport, more = "") => `[retell]
api_key = "\${credential:retell_api_key}"

[server]
listen = "${listen}"
${more}

[numbers."+12137771235"]
agent = "${AGENT}"
`;

/** How each proxy is set up: where the snippet stands, below what, and how the proxy checks it. */
const SETUPS: Readonly<Record<ProxyName, { file: string; above: string; check: string }>> = {
  caddy: {
    file: "/etc/caddy/Caddyfile",
    // The one thing that differs from the real thing: nobody vouches for the certificate.
    above: "printf '{\n\tlocal_certs\n\tskip_install_trust\n}\n'",
    check: "caddy validate --adapter caddyfile --config /etc/caddy/Caddyfile",
  },
  nginx: { file: "/etc/nginx/sites-enabled/switchhook", above: "true", check: "nginx -t" },
  haproxy: {
    file: "/etc/haproxy/haproxy.cfg",
    above: "cat /usr/share/switchhook-test/haproxy.cfg",
    check: "haproxy -c -f /etc/haproxy/haproxy.cfg",
  },
};

describe.skipIf(problem !== undefined)("behind a reverse proxy", () => {
  let machine: Container;

  beforeAll(async () => {
    machine = await bootContainer({ "/usr/local/bin/switchhook": BINARY[0] ?? "" });
    await machine.write("/etc/switchhook/retell_api_key", `${KEY}\n`, 0o600);
    const live = `/etc/letsencrypt/live/${DOMAIN}`;
    await machine.ok(`set -e
      echo "127.0.0.1 ${DOMAIN}" >> /etc/hosts
      ip address add ${RETELL}/32 dev lo
      ip address add ${STRANGER}/32 dev lo
      switchhook systemd > /etc/systemd/system/switchhook.service
      mkdir -p ${live} /etc/haproxy/certs /usr/share/switchhook-test
      cp /etc/haproxy/haproxy.cfg /usr/share/switchhook-test/haproxy.cfg
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=${DOMAIN} \
        -addext subjectAltName=DNS:${DOMAIN} -keyout ${live}/privkey.pem -out ${live}/fullchain.pem 2>/dev/null
      cat ${live}/fullchain.pem ${live}/privkey.pem > /etc/haproxy/certs/${DOMAIN}.pem`);
  }, 240_000);
  afterAll(async () => await machine?.[Symbol.asyncDispose](), 240_000);

  /** Starts the service, with its socket held by systemd or without. */
  const startService = async (listen: Transport, socket: "socket unit" | "no socket unit") => {
    await machine.write("/etc/switchhook/config.toml", configOf(listen));
    await machine.ok("systemctl stop switchhook.socket switchhook.service 2>/dev/null; true");
    if (socket === "socket unit") {
      await machine.ok("switchhook systemd --socket > /etc/systemd/system/switchhook.socket");
      await machine.ok("systemctl daemon-reload && systemctl start switchhook.socket");
    }
    await machine.ok("systemctl daemon-reload && systemctl start switchhook");
  };

  /** Starts one proxy, and no other, with the snippet for the service's configuration. */
  const startProxy = async (proxy: ProxyName) => {
    const { file, above, check } = SETUPS[proxy];
    const snippet = await machine.ok(`switchhook proxy ${proxy} --domain ${DOMAIN}`);
    await machine.ok(`{ ${above}; switchhook proxy ${proxy} --domain ${DOMAIN}; } > ${file}`);
    // What the snippet has an administrator run.
    for (const [, command] of snippet.matchAll(/^# {3}(mkdir .*)$/gm)) await machine.ok(command ?? "");
    await machine.ok(check);
    await machine.ok(`systemctl stop ${PROXIES.join(" ")} && systemctl start ${proxy}`);
    // Caddy makes its certificate first.
    await until(async () => (await curl("/healthz")) === 200);
  };

  const curl = async (path: string, more = "") => {
    const options = `--silent --insecure --max-time 10 --output /dev/null --write-out '%{http_code}' ${more}`;
    return Number((await machine.sh(`curl ${options} https://${DOMAIN}${path}`)).output);
  };

  /** Sends a signed call from an address; the status of the answer. */
  const status = async (from: string, more = "", origin = `https://${DOMAIN}`) => {
    const body = callBody();
    const signature = await Retell.sign(body, KEY);
    const options = `--silent --insecure --output /dev/null --write-out '%{http_code}' --interface ${from} ${more}`;
    const call = `--header 'x-retell-signature: ${signature}' --data '${body}'`;
    return Number(await machine.ok(`curl ${options} ${call} ${origin}/webhook`));
  };

  /** Sends calls while the service restarts three times; resolves with what went wrong. */
  const callsOverRestarts = async (calls: number) => {
    const script = join(ROOT, "test/system/steady-calls.ts");
    const client = Bun.spawn(
      machine.inNetwork([
        process.execPath,
        script,
        String(calls),
        String(PER_SECOND),
        `https://${DOMAIN}`,
        AGENT,
      ]),
      { stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: 90_000 },
    );
    const restartAt = [calls * 0.2, calls * 0.4, calls * 0.6];
    let last = "";
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of client.stdout) {
      text += decoder.decode(bytes, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        last = line;
        if (Number(line) === restartAt[0]) {
          restartAt.shift();
          await machine.ok("systemctl restart switchhook || { journalctl --no-pager --lines=60; false; }");
        }
      }
    }
    expect(restartAt).toEqual([]);
    const { answered, wrong } = JSON.parse(last) as { answered: number; wrong: string[] };
    return { answered, wrong: wrong.slice(0, 10).concat(wrong.length > 10 ? [`${wrong.length}`] : []) };
  };

  describe.each(PROXIES)("%s", (proxy) => {
    describe.each(TRANSPORTS)("and the service on %s", (listen) => {
      test("hands on calls, and nothing else", async () => {
        await startService(listen, "socket unit");
        await startProxy(proxy);
        expect(await status("127.0.0.1")).toBe(200);
        expect(await curl("/webhook/", "--request POST")).toBe(401);
        expect(await curl("/")).toBe(404);
        expect(await curl("/metrics")).toBe(404);
        expect(await curl("/webhook/more")).toBe(404);
        const large = "head -c 70000 /dev/zero > /tmp/large";
        await machine.ok(large);
        // Asks first: what is refused while it is still being sent may end in a reset, and no answer.
        expect(await curl("/webhook", "--data-binary @/tmp/large --header 'Expect: 100-continue'")).toBe(413);
        expect(
          await curl("/webhook", "--data-binary @/tmp/large --header 'Transfer-Encoding: chunked'"),
        ).toBe(413);
      });

      test("hands on the address of the client, and no address that the client makes up", async () => {
        await machine.write("/etc/switchhook/config.toml", configOf(listen, `allow_ips = ["${RETELL}"]`));
        await machine.ok("systemctl reload switchhook");
        expect(await status(RETELL)).toBe(200);
        expect(await status(STRANGER)).toBe(403);
        expect(await status(STRANGER, `--header 'X-Forwarded-For: ${RETELL}'`)).toBe(403);
        await machine.write("/etc/switchhook/config.toml", configOf(listen));
        await machine.ok("systemctl reload switchhook");
      });

      test("loses no call while the service restarts", async () => {
        expect(await callsOverRestarts(CALLS)).toEqual({ answered: CALLS, wrong: [] });
      });
    });
  });

  test("with the socket unit, calls wait while the configuration keeps the service from starting", async () => {
    await startService(TRANSPORTS[0], "socket unit");
    await machine.write("/etc/switchhook/config.toml", configOf(TRANSPORTS[0], "wombat = 1"));
    await machine.sh("systemctl restart switchhook");
    const answered = status("127.0.0.1", "", "http://127.0.0.1:8787");
    // The call that waits sets off one start after another.
    const failedStarts = "journalctl --unit=switchhook --output=cat --no-pager --grep='Main process exited'";
    await until(async () => (await machine.sh(failedStarts)).output.split("\n").length > 3);
    expect((await machine.sh("systemctl is-active switchhook.socket")).output).toBe("active\n");
    await machine.write("/etc/switchhook/config.toml", configOf(TRANSPORTS[0]));
    expect(await answered).toBe(200);
  });

  describe.each(["caddy", "haproxy"] as const)("%s, without the socket unit", (proxy) => {
    test("loses no call while the service restarts", async () => {
      await startService(TRANSPORTS[0], "no socket unit");
      await startProxy(proxy);
      expect(await callsOverRestarts(CALLS_WITHOUT_SOCKET)).toEqual({
        answered: CALLS_WITHOUT_SOCKET,
        wrong: [],
      });
    });
  });
});
