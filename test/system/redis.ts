/** Debian's Redis, started for a test on free ports of loopback. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../harness.ts";
import { freePort } from "./ports.ts";

/** A running server. */
export interface Redis extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Runs a command, and resolves with what `redis-cli` prints. */
  cli(...command: readonly string[]): Promise<string>;
  /** How often each command was run, by its name. */
  commands(): Promise<ReadonlyMap<string, number>>;
  signal(signal: NodeJS.Signals): void;
  /** Starts it again, at the same port and with nothing in it. */
  restart(): Promise<void>;
}

/** Which programs are missing; undefined where the tests can run. */
export function redisProblem(): string | undefined {
  const missing = ["redis-server", "redis-cli", "redis-sentinel", "haproxy"].find(
    (program) => !Bun.which(program),
  );
  return missing && `${missing} is missing`;
}

/** Starts a server. @param more further options, such as `--requirepass`, `secret` */
export async function startRedis(...more: readonly string[]): Promise<Redis> {
  const directory = await mkdtemp(join(tmpdir(), "switchhook-redis-"));
  const port = more[0] === "--port" ? Number(more[1]) : freePort();
  const password = more[more.indexOf("--requirepass") + 1] ?? "";
  const isEncrypted = more.includes("--tls-port");
  const ports = isEncrypted ? ["--port", "0", "--tls-port", String(port)] : ["--port", String(port)];
  const options = more.filter((option, at) => option !== "--tls-port" && more[at - 1] !== "--tls-port");
  const start = () =>
    Bun.spawn(
      [
        // What answers late is given up, and then calls are counted otherwise: it comes before what else runs here.
        ...[
          "nice",
          "-n",
          "-15",
          "redis-server",
          ...ports,
          "--bind",
          "127.0.0.1",
          "--save",
          "",
          "--dir",
          directory,
        ],
        ...["--cluster-node-timeout", "1000", ...options],
      ],
      { stdout: "ignore", stderr: "ignore", stdin: "ignore" },
    );
  let child = start();
  const cli = (...command: readonly string[]) =>
    run([
      ...["redis-cli", "-p", String(port)],
      ...(isEncrypted ? ["--tls", "--insecure"] : []),
      ...(more.includes("--requirepass") ? ["--no-auth-warning", "-a", password] : []),
      ...command,
    ]);
  const answers = () => until(async () => (await cli("PING")).includes("PONG"));
  await answers();
  return {
    port,
    get pid() {
      return child.pid;
    },
    cli,
    async commands() {
      const lines = (await cli("INFO", "commandstats")).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
      return new Map(Array.from(lines, ([, name = "", calls]) => [name, Number(calls)]));
    },
    signal: (signal) => child.kill(signal),
    async restart() {
      child.kill("SIGKILL");
      await child.exited;
      child = start();
      await answers();
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A sentinel that watches a master under a name. */
export async function startSentinel(
  name: string,
  master: number,
): Promise<AsyncDisposable & { readonly port: number }> {
  const directory = await mkdtemp(join(tmpdir(), "switchhook-sentinel-"));
  const port = freePort();
  const file = join(directory, "sentinel.conf");
  await writeFile(
    file,
    `port ${port}
bind 127.0.0.1
dir ${directory}
sentinel monitor ${name} 127.0.0.1 ${master} 1
sentinel down-after-milliseconds ${name} 300
sentinel failover-timeout ${name} 2000
`,
  );
  const child = Bun.spawn(["redis-sentinel", file], { stdout: "ignore", stderr: "ignore", stdin: "ignore" });
  await until(async () => (await run(["redis-cli", "-p", String(port), "PING"])).includes("PONG"));
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What a program prints. */
export async function run(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 20_000 });
  const [out, problem] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  return out + problem;
}

/** HAProxy in front of servers, to which it gives one request after the other. */
export async function startBalancer(
  urls: readonly string[],
): Promise<AsyncDisposable & { readonly url: string }> {
  const directory = await mkdtemp(join(tmpdir(), "switchhook-haproxy-"));
  const port = freePort();
  const file = join(directory, "haproxy.cfg");
  const servers = urls.map((url, at) => `  server s${at} ${new URL(url).host}`);
  await writeFile(
    file,
    `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen webhook
  bind 127.0.0.1:${port}
  balance roundrobin
${servers.join("\n")}
`,
  );
  const child = Bun.spawn(["haproxy", "-db", "-f", file], {
    stdout: "ignore",
    stderr: "ignore",
    stdin: "ignore",
  });
  const url = `http://127.0.0.1:${port}/webhook`;
  await until(() =>
    fetch(url).then(
      ({ status }) => status === 405,
      () => false,
    ),
  );
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A server that takes every connection at a port, and never says a word; `leave` frees the port and keeps the connections. */
export function startMute(port = 0): Disposable & { readonly port: number; leave(): void } {
  const held: { terminate(): void }[] = [];
  const listener = Bun.listen({
    ...{ hostname: "127.0.0.1", port },
    socket: { open: (socket) => void held.push(socket), data() {} },
  });
  return {
    port: listener.port,
    leave: () => listener.stop(false),
    [Symbol.dispose]() {
      listener.stop(true);
      for (const socket of held) socket.terminate();
    },
  };
}
