/** Load by wrk, on a core of its own. */
import { join } from "node:path";
import { cpuMs } from "../measures/usage.ts";
import { pinned, type Started, start } from "../servers/start.ts";
import type { Requests } from "./requests.ts";

/** How a server did under load. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Processor time of the server, in seconds. */
  readonly cpuSeconds: number;
  /** How long answers took, in milliseconds. */
  readonly latency: Latency;
}

/** How long answers took, in milliseconds: the median, the slowest of 100 and of 1,000, and the slowest. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The core that the load comes from; the servers have the other one. */
export const LOAD_CORE = 1;

/**
 * Puts a server under load for some seconds.
 *
 * @throws if anything is answered by an error, or not at all
 */
export async function load(
  { name, pid, port }: Started,
  requests: Requests,
  how: { readonly connections: number; readonly seconds: number },
): Promise<Load> {
  const { file, first } = requests.next(name);
  const options = ["-t1", `-c${how.connections}`, `-d${how.seconds}s`, "--timeout", "10s"];
  const script = ["-s", join(import.meta.dir, "load.lua")];
  const command = [
    "wrk",
    ...options,
    ...script,
    `http://127.0.0.1:${port}/webhook`,
    "--",
    file,
    String(first),
  ];
  const beforeMs = cpuMs(pid);
  const wrk = start(pinned(command, LOAD_CORE), { stdout: "pipe" });
  const tooLong = setTimeout(() => wrk.kill("SIGKILL"), (how.seconds + 30) * 1000);
  const said = await new Response(wrk.stdout).text();
  await wrk.exited;
  clearTimeout(tooLong);
  const cpuSeconds = (cpuMs(pid) - beforeMs) / 1000;
  const line = /^\{.*\}$/m.exec(said)?.[0];
  if (line === undefined) throw new Error(`Cannot put ${name} under load: wrk said ${JSON.stringify(said)}`);
  const told: Record<"requests" | "us" | "errors" | keyof Latency, number> = JSON.parse(line);
  if (told.errors > 0 || told.requests === 0) throw new Error(`Cannot measure ${name}: ${line}`);
  // wrk takes one request for itself, to look at.
  requests.sent(name, told.requests + how.connections + 1);
  const ms = (us: number) => us / 1000;
  const latency = { p50: ms(told.p50), p99: ms(told.p99), p999: ms(told.p999), max: ms(told.max) };
  return { requests: told.requests, seconds: told.us / 1e6, cpuSeconds, latency };
}
