/** Starting servers on a core of their own. Nothing that is started outlives this process. */
import { type AddressInfo, createServer } from "node:net";
import { environment, KEY } from "../../harness.ts";
import { postRaw } from "../calls/ask.ts";
import { callOf, requestOf } from "../calls/requests.ts";
import type { Server } from "./servers.ts";

/** A server that runs. */
export interface Started {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** From exec to the first answer, in milliseconds. */
  readonly firstAnswerMs: number;
  /** Ends it: at once, unless by another signal. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The core that servers have. */
export const SERVER_CORE = 0;

const running = new Map<number, { kill(signal: "SIGKILL"): void }>();
process.once("exit", () => {
  for (const child of running.values()) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

/**
 * The command that runs another one on one core, before other work of the machine where this user may say so. A real-time
 * priority would be in the way of the kernel's own work on the network.
 */
export function pinned(command: readonly string[], core: number): string[] {
  return ["nice", "-n", "-20", "taskset", "-c", String(core), ...command];
}

/** Starts a process that ends with this one. */
export function start<Out extends "pipe" | "ignore">(
  command: readonly string[],
  options: { readonly stdout: Out; readonly stderr?: number | "ignore"; readonly cwd?: string },
) {
  const child = Bun.spawn([...command], {
    env: environment(),
    stdin: "ignore",
    stdout: options.stdout,
    stderr: options.stderr ?? "ignore",
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  running.set(child.pid, child);
  void child.exited.then(() => running.delete(child.pid));
  return child;
}

/** Starts a server, and waits for its first answer. @throws if there is none within 30 s */
export async function startServer(
  server: Pick<Server, "name" | "command" | "cwd" | "stderr">,
  patienceMs = 30_000,
): Promise<Started> {
  const { name, cwd, stderr } = server;
  const port = await freePort();
  const request = requestOf(callOf(0, 0), KEY, Date.now());
  const command = pinned(await server.command(port), SERVER_CORE);
  const startMs = performance.now();
  const child = start(command, { stdout: "ignore", stderr: stderr ?? "ignore", ...(cwd && { cwd }) });
  const stop = async (signal: NodeJS.Signals = "SIGKILL") => {
    child.kill(signal);
    await child.exited;
  };
  for (;;) {
    const answer = await postRaw(port, request).catch(() => undefined);
    const ms = performance.now() - startMs;
    if (answer?.status === 200) return { name, pid: child.pid, port, firstAnswerMs: ms, stop };
    if (child.exitCode !== null || ms > patienceMs) {
      await stop();
      throw new Error(`Cannot start ${name}: ${command.join(" ")}`);
    }
    await Bun.sleep(1);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
