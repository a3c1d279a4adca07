/** The comparison: every server in turn, round after round. */
import { ftruncateSync } from "node:fs";
import { join } from "node:path";
import { mustAnswerRightly } from "../calls/ask.ts";
import { type Load, load } from "../calls/load.ts";
import { Requests } from "../calls/requests.ts";
import { memoryOf } from "../measures/usage.ts";
import { type Server, serversIn } from "../servers/servers.ts";
import { type Started, startServer } from "../servers/start.ts";
import { JUDGED } from "./aims.ts";
import { bytesOf } from "./disk.ts";
import { median, type ServerResults, type UnderLoad } from "./results.ts";
import type { Settings } from "./settings.ts";

/** How often each server is started, to see how long it takes. */
const STARTS = 5;
/** Engines compile what is called often, and go on doing so for some hundred thousand calls. */
const WARM_UP_CALLS = 200_000;
/** Servers that are too slow for so many calls have had enough of them by then. */
const WARM_UP_MOST_TURNS = 10;
const MILLION = 1_000_000;

/** What a server did, by connections, and round by round. */
type Rounds = Map<number, Load[]>;

/** Told how far it is. */
export type Progress = (text: string) => void;

/** Compares servers. @param dir a directory for what they need @throws what is wrong with a server */
export async function compare(
  dir: string,
  settings: Settings,
  progress: Progress,
): Promise<{ readonly servers: readonly ServerResults[]; readonly absent: readonly string[] }> {
  const { only, builds } = settings;
  const all = serversIn(dir, builds).filter(
    ({ name }) => only === undefined || only.some((wanted) => name.startsWith(wanted)),
  );
  const absent: string[] = [];
  const present = all.filter((server) => {
    const missing = server.absent?.();
    if (missing) absent.push(`${server.name}: no ${missing.what} (${missing.remedy})`);
    return missing === undefined;
  });
  const requests = new Requests(join(dir, "requests"));

  const entrants: { server: Server; started: Started; starts: number[]; rounds: Rounds }[] = [];
  for (const server of present) {
    progress(`${server.name}: starts, and answers rightly`);
    const starts: number[] = [];
    for (let at = 1; at < STARTS; at++) {
      const started = await startServer(server);
      starts.push(started.firstAnswerMs);
      await started.stop();
    }
    const started = await startServer(server);
    starts.push(started.firstAnswerMs);
    await mustAnswerRightly(server, started.port);
    await warmUp(started, requests);
    entrants.push({ server, started, starts, rounds: new Map() });
  }

  for (let round = 0; round < settings.rounds; round++) {
    for (const connections of settings.connections) {
      for (const { server, started, rounds } of entrants) {
        progress(`round ${round + 1} of ${settings.rounds}: ${server.name}, ${connections} at once`);
        const done = await load(started, requests, { ...settings, connections });
        rounds.set(connections, [...(rounds.get(connections) ?? []), done]);
        emptyLog(server);
      }
    }
  }

  const limit = entrants.find(({ server }) => server.name === "limit")?.rounds;
  const servers: ServerResults[] = [];
  for (const { server, started, starts, rounds } of entrants) {
    const { name, about, verifies, files } = server;
    const memoryMiB = memoryOf(started.pid).nowKib / 1024;
    await started.stop();
    const memoryAfterMillionMiB =
      settings.million && name.startsWith("switchhook")
        ? await afterMillion(server, settings, requests, progress)
        : undefined;
    servers.push({
      ...{ name, about, verifies },
      under: settings.connections.map((connections) => underLoad(connections, rounds, limit)),
      firstAnswerMs: median(starts),
      ...{ memoryMiB, memoryAfterMillionMiB },
      diskMiB: bytesOf(files) / 2 ** 20,
    });
  }
  return { servers, absent };
}

async function warmUp(started: Started, requests: Requests): Promise<void> {
  let calls = 0;
  for (let turn = 0; turn < WARM_UP_MOST_TURNS && calls < WARM_UP_CALLS; turn++)
    calls += (await load(started, requests, { connections: JUDGED, seconds: 2 })).requests;
}

/** Resident memory of a server that has had a million calls since its start, in MiB. */
async function afterMillion(
  server: Server,
  settings: Settings,
  requests: Requests,
  progress: Progress,
): Promise<number> {
  const started = await startServer(server);
  let calls = 0;
  while (calls < MILLION) {
    progress(`${server.name}: ${calls.toLocaleString("en-US")} calls of a million`);
    calls += (await load(started, requests, { ...settings, connections: JUDGED })).requests;
    emptyLog(server);
  }
  const nowMiB = memoryOf(started.pid).nowKib / 1024;
  await started.stop();
  return nowMiB;
}

function emptyLog({ stderr }: Server): void {
  if (stderr !== undefined) ftruncateSync(stderr);
}

function underLoad(connections: number, rounds: Rounds, limit: Rounds | undefined): UnderLoad {
  const loads = rounds.get(connections) ?? [];
  const perCpuSecond = loads.map(callsPerCpuSecond);
  const limits = limit?.get(connections)?.map(callsPerCpuSecond);
  const latency = (of: keyof Load["latency"]) => median(loads.map((load) => load.latency[of]));
  return {
    connections,
    callsPerSecond: median(loads.map((load) => load.requests / load.seconds)),
    callsPerCpuSecond: median(perCpuSecond),
    ofLimit: limits && median(perCpuSecond.map((calls, at) => calls / (limits[at] ?? Number.NaN))),
    latency: { p50: latency("p50"), p99: latency("p99"), p999: latency("p999"), max: latency("max") },
    rounds: perCpuSecond,
  };
}

function callsPerCpuSecond({ requests, cpuSeconds }: Load): number {
  return requests / cpuSeconds;
}
