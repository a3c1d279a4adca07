/** The running server: from a loaded configuration to answered calls. */
import type { ListenAddress } from "../config/read/settings/settings.ts";
import { openClient } from "../outbound/client.ts";
import { atOnce } from "../routing/slices.ts";
import { version } from "../version.ts";
import { hasAdmin } from "./admin/address.ts";
import { openAdmin } from "./admin/admin.ts";
import { Collector } from "./collector.ts";
import { LocalCounters } from "./facts/counters.ts";
import { Inquiries } from "./facts/inquiries.ts";
import { openAsker } from "./facts/lookups/asker.ts";
import { Memory } from "./facts/memory.ts";
import { SharedCounters } from "./facts/shared/shared-counters.ts";
import { warnOfFixed } from "./fixed-settings.ts";
import { openHistory } from "./history/history.ts";
import { logHistory } from "./history/log-history.ts";
import { hostNames } from "./host-names.ts";
import { type Listener, listen, originOf } from "./http/listening/listener.ts";
import type { Service } from "./http/service.ts";
import { compileDeskSliced, type Desk, type LazyConfig } from "./live/desk.ts";
import type { HandedOver } from "./live/handed-over.ts";
import { followConfig } from "./live/live.ts";
import type { RemoteFiles } from "./live/remote/remote-files.ts";
import type { First } from "./live/start.ts";
import { within } from "./live/within.ts";
import { openNotices } from "./notices/notices.ts";
import { configureLog, log, logFault, type Write } from "./observe/log/log.ts";
import { logDiagnostics } from "./observe/log/log-reload.ts";
import { maskParty } from "./observe/log/mask.ts";
import type { LogReader } from "./observe/log/reader.ts";
import type { Observer, ReloadEvent } from "./observe/observer.ts";
import { openObservers } from "./observe/observers.ts";
import { collectAll, collectNew, heapInUse, releaseMemory } from "./runtime.ts";
import { makeStateDirectory } from "./state.ts";
import { senderAddress } from "./webhook/address.ts";
import { createApp } from "./webhook/app.ts";
import { Health } from "./webhook/health.ts";
import { Holds } from "./webhook/hold.ts";
import { refusalResponse } from "./webhook/refusal.ts";

/** A server that answers calls. */
export interface Server {
  /** The address of the webhook. */
  readonly url: string;
  /** How many entries `[numbers]` had at the start. */
  readonly numbers: number;
  /** Reads the configuration anew, now, and resolves with what became of that. */
  reload(): Promise<ReloadEvent>;
  /** Answers what is under way, `graceMs` at most, and stops. */
  stop(graceMs: number): Promise<void>;
}

/** How long the disk has for the last records, in milliseconds. */
const LAST_BATCH_MS = 2000;

/** How long a start waits for the server through which machines count together, in milliseconds. */
const CONNECT_PATIENCE_MS = 1000;
/** How long what it is told last may take, in milliseconds. */
const LAST_TOLD_MS = 200;

/** What the server needs of the world. */
export interface ServerOptions {
  readonly write: Write;
  /** The lists and contacts of the configuration that come from URLs. */
  readonly remote: RemoteFiles;
  /** Who reads what is written. */
  readonly reader: LogReader;
  /** How many log lines were dropped because nothing took them. */
  readonly logDropped: () => number;
  /** The directory for sockets that systemd gives, if it does: `$RUNTIME_DIRECTORY`. */
  readonly runtimeDirectory: string | undefined;
  /** Where to listen, in place of what the configuration says. */
  readonly listen?: ListenAddress | undefined;
  /** The descriptor of the listening socket that systemd passes, if it does; it takes the place of `[server] listen`. */
  readonly passedSocket: number | undefined;
  /** Whoever else follows what the server does. */
  readonly observers: readonly Partial<Observer>[];
}

/**
 * Starts a server on a configuration without errors, and follows its files.
 *
 * @throws if the address cannot be listened on, or there can be no state directory
 */
export async function startServer(
  first: HandedOver<First & { readonly config: LazyConfig }>,
  {
    listen: place,
    write,
    reader,
    logDropped,
    runtimeDirectory,
    passedSocket,
    observers,
    remote,
  }: ServerOptions,
): Promise<Server> {
  const loaded = first.take();
  const { config, hash } = loaded;
  // What is kept is named here, so that the configuration itself is not.
  const { server: fixed, admin: adminSettings } = config;
  const { listen: address, path, state } = fixed;
  configureLog(config.log, write, reader);
  const directory = state === undefined ? undefined : await makeStateDirectory(state);

  const local = new LocalCounters();
  const shared = new SharedCounters(local, {
    changed: (change) => observer.sharedChanged(change),
    waited: (ms) => metrics.shared.observe(ms),
  });
  const memory = new Memory(local, shared);
  const desk = atOnce(compileDeskSliced(config, hash));
  const { logging, metrics, standing, activity, totals, recent, fanOut } = openObservers(
    loaded,
    hasAdmin(adminSettings, runtimeDirectory),
  );
  let { keepMs } = config.history;
  let { shared: sharedSettings } = config;
  const history =
    directory &&
    (await openHistory({
      ...{ state: directory, memory, now: Date.now },
      ...{ table: desk.table, config: hash },
      told: (event) => logHistory(event, directory.path),
      keepMs: () => keepMs,
      recalled: (counted, atMs) => {
        activity.count(counted.outcome, atMs);
        totals.count(counted, atMs);
      },
      latest: (records) => recent.restore(records),
    }));
  const client = openClient(hostNames);
  const notices = openNotices(client);
  const collector = new Collector({ used: heapInUse, collectNew, collectAll, release: releaseMemory });
  const observer = fanOut([...(history ? [history.observer] : []), notices, collector, ...observers]);
  const asker = openAsker(client, { changed: observer.lookupChanged });
  const inquiries = new Inquiries(asker);
  const holds = new Holds();
  const health = new Health();
  const open = (desk: Desk) => {
    const { limits, lookups, notices: told } = desk.table;
    memory.keep(limits, keepMs);
    shared.keep({ settings: sharedSettings, secret: desk.apiKeys[0] ?? "", keepMs });
    asker.keep(lookups);
    metrics.lookups.know(lookups);
    notices.keep(told);
    return createApp({ desk, observer, memory, inquiries, holds, health, now: Date.now });
  };
  // The one thing that a reload changes.
  let app = open(desk);
  let inForce: Pick<Desk, "table" | "zones"> = desk;
  // What the admin listener asks for, and hides.
  let { token } = config.admin;
  let { numbers: numbersShown } = config.log;
  const service: Service = {
    answer: (request, peer) => app.fetch(request, { peer }),
    refuse(fault, peer) {
      const refusal = { ...fault, address: senderAddress(peer, undefined, () => false) };
      observer.refused(refusal);
      return refusalResponse(refusal);
    },
    failed: logFault,
  };
  // The first calls are to be counted together too, if that is not long in coming.
  await within(CONNECT_PATIENCE_MS, shared.tried());
  const listener = await listen(place ?? address, service, { passed: passedSocket });

  logDiagnostics(loaded.diagnostics);
  if (passedSocket !== undefined) logPassedSocket(listener, address);
  const apply = (next: LazyConfig, nextDesk: Desk) => {
    configureLog(next.log, write, reader);
    ({ token } = next.admin);
    numbersShown = next.log.numbers;
    // Where the command line says where to listen, the configuration does not.
    const nextServer = place === undefined ? next.server : { ...next.server, listen: address };
    warnOfFixed({ ...next, server: nextServer }, { server: fixed, admin: adminSettings }, listener.origin);
    keepMs = next.history.keepMs;
    sharedSettings = next.shared;
    app = open(nextDesk);
    inForce = nextDesk;
  };
  const live = followConfig(loaded, { apply, ...observer }, undefined, remote);
  const sinceMs = Date.now();
  const look = () => {
    observer.flush();
    return {
      ...{ metrics, standing, activity, totals, recent, sinceMs, version, desk: inForce, now: Date.now },
      ...{ lookups: asker.states(), remote: remote.states(), notices: notices.counts, shared: shared.state },
      ...{ logDropped, historyDropped: () => history?.dropped ?? 0 },
      mask: numbersShown === "masked" ? maskParty : undefined,
    };
  };
  const admin = await openAdmin(adminSettings, runtimeDirectory, {
    look,
    token: () => token,
    reload: live.reload,
  }).catch(async (error: unknown) => {
    live.close();
    await listener.stop(0);
    throw error;
  });

  if (admin) log.info("status, metrics and health are served", { admin: admin.origin });

  return {
    // A Unix socket and the path on it are two things.
    url: `${listener.origin}${listener.address.kind === "unix" ? " " : ""}${path}`,
    numbers: desk.table.size,
    reload: live.reload,
    async stop(graceMs) {
      collector.close();
      live.close();
      // Calls that come from now on wait in systemd's socket; without it, nothing would answer them.
      if (passedSocket === undefined) await health.leave();
      holds.releaseAll();
      inquiries.releaseAll();
      await Promise.all([listener.stop(graceMs), admin?.stop(graceMs)]);
      // Tells the last calls, before whoever hears of them ends.
      observer.flush();
      notices.stop();
      client.close();
      shared.close(LAST_TOLD_MS);
      logging.flush();
      await history?.close(LAST_BATCH_MS);
    },
  };
}

/** Says whose the socket is; which one it is, the configuration then only repeats. */
function logPassedSocket({ address, origin }: Listener, said: ListenAddress): void {
  log.info("the listening socket is systemd's: calls wait in it during a restart", { listening: origin });
  const isSame =
    address.kind === "unix" || said.kind === "unix" ? address.kind === said.kind : address.port === said.port;
  if (isSame) return;
  log.warning("systemd's socket listens elsewhere than `[server] listen` says; its socket is used", {
    ...{ listening: origin, listen: originOf(said) },
  });
}
