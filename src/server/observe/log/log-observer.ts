/** What the log says of what the server does. */
import type { InboundEvent } from "../../../retell/event.ts";
import { channelWord } from "../../../routing/callers/call.ts";
import { lookupWords } from "../../../routing/lookups/words.ts";
import { agentWords } from "../../../routing/words/named.ts";
import type { LookupTold } from "../../facts/found.ts";
import type { BreakerChange } from "../../facts/lookups/breaker.ts";
import type { LinkChange } from "../../facts/shared/link.ts";
import type { AnsweredCall, Observer, Refusal, WebhookObserver } from "../observer.ts";
import { recordOf } from "../record.ts";
import { log } from "./log.ts";
import { logReload } from "./log-reload.ts";
import { logRemote } from "./log-remote.ts";
import { type Sum, Tally } from "./tally.ts";

/** An observer that writes into the log. What is refused too often is summed up. */
export function logObserver(): WebhookObserver &
  Pick<Observer, "reloaded" | "remote" | "lookupChanged" | "sharedChanged"> & { flush(): void } {
  const tally = new Tally(tellSum);
  return {
    answered: logAnswered,
    failed(event, error) {
      log.error("call passed: a bug in Switchhook kept it from being decided", {
        ...callFields(event),
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    },
    misplaced(event) {
      if (!tally.admits("misplaced event")) return;
      log.warning(
        "received an event that is neither a call nor a text: this URL is also set as another kind of webhook",
        { event },
      );
    },
    refused(refusal) {
      if (!tally.admits(kindOf(refusal))) return;
      const { level, status, reason, ...more } = refusalFields(refusal);
      const { address } = refusal;
      log[level]("request refused", { status, reason, ...(address && { address }), ...more });
    },
    reloaded: logReload,
    remote: logRemote,
    lookupChanged: logLookupChange,
    sharedChanged: logSharedChange,
    flush: () => tally.flush(),
  };
}

/** One line a call. Whoever counts by rule, or asks which configuration decided, has a field for it. */
function logAnswered(call: AnsweredCall): void {
  const { event, decision, lookups, ms } = call;
  log.info(TOLD[decision.outcome], () => {
    const { client, channel, rule, reason, config } = recordOf(call);
    const { from, to, id } = event;
    return {
      client: client === "" ? undefined : client,
      channel,
      from,
      to,
      id,
      agent: decision.outcome === "agent" ? agentWords(decision.agent) : undefined,
      rule,
      reason,
      lookups: lookups.length > 0 ? failuresWords(lookups) : undefined,
      config,
      us: Math.round(ms * 1000),
    };
  });
}

/** Those that failed; undefined where none did. */
function failuresWords(lookups: readonly LookupTold[]): string | undefined {
  const failed = lookups.filter(({ result }) => result.kind === "failed").map(failureWords);
  return failed.length > 0 ? failed.join("; ") : undefined;
}

/** Once for each change, however many calls ask. */
function logLookupChange(id: string, change: BreakerChange): void {
  // The name of a client has no slash.
  const slash = id.indexOf("/");
  const [client, lookup] = [id.slice(0, slash), id.slice(slash + 1)];
  const fields = { ...(client !== "" && { client }), lookup };
  switch (change.kind) {
    case "opened": {
      const { failures, pauseMs, reason } = change;
      const seconds = pauseMs / 1000;
      log.warning(`look-up failed ${failures} times in a row: it is not asked for ${seconds} s`, {
        ...fields,
        reason,
      });
      return;
    }
    case "closed":
      log.info("look-up answers again", { ...fields, after_s: Math.round(change.afterMs / 1000) });
  }
}

function logSharedChange(change: LinkChange): void {
  switch (change.kind) {
    case "alone":
      log.warning("the [shared] server does not answer: this machine counts calls by itself until it does", {
        reason: change.reason,
      });
      return;
    case "together":
      log.info("calls are counted together with other machines, through the [shared] server", {
        ...(change.afterMs >= 1000 && { after_s: Math.round(change.afterMs / 1000) }),
      });
  }
}

/** `crm failed: it answered 503 (210 ms)` */
function failureWords({ name, result, ms }: LookupTold): string {
  return `${name} ${lookupWords(result)} (${Math.round(ms)} ms)`;
}

/** What is summed up together. A POST to a wrong path is told apart from strangers who look for pages. */
function kindOf(refusal: Refusal): string {
  return refusal.kind === "path" && refusal.method === "POST" ? "wrong path" : refusal.kind;
}

/** Words what was not told one by one. At level debug alone nothing of strangers who look for pages is told at all. */
function tellSum({ counts, seconds }: Sum): void {
  const { path, method, ...serious } = counts;
  const quiet = { ...(path !== undefined && { path }), ...(method !== undefined && { method }) };
  for (const [level, kinds] of [
    ["warning", serious],
    ["debug", quiet],
  ] as const) {
    const more = Object.values(kinds).reduce((sum, count) => sum + count, 0);
    if (more > 0)
      log[level](`requests refused: ${more} more like these in the last ${seconds} s`, { more, ...kinds });
  }
}

/** Says that lines of the log were dropped. */
export function tellDropped(count: number): void {
  log.warning("log lines were dropped: nothing read the log for a while, or it could not be written", {
    dropped: count,
  });
}

const TOLD = { agent: "call answered", pass: "call passed", reject: "call rejected" } as const;

function callFields(event: InboundEvent) {
  const { from, to, id } = event;
  return { channel: channelWord(event), from, to, id };
}

interface RefusalFields {
  readonly level: "warning" | "debug";
  readonly status: number;
  readonly reason: string;
  readonly [more: string]: unknown;
}

function refusalFields(refusal: Refusal): RefusalFields {
  const warning = (status: number, reason: string) => ({ level: "warning", status, reason }) as const;
  switch (refusal.kind) {
    case "address":
      return warning(403, "this address is not in allow_ips");
    case "no signature":
      return warning(401, "the request has no signature");
    case "malformed signature":
      return warning(401, "the signature is malformed");
    case "wrong key":
      return warning(401, "the signature was not made with a configured API key");
    case "key of another client": {
      const whose = refusal.account === "" ? "the main file" : `the client ${refusal.account}`;
      return warning(401, `the number called is not for the API key of ${whose}`);
    }
    case "stale signature":
      return warning(401, staleWords(refusal.offsetMs));
    case "too large":
      return warning(413, "the body is too large");
    case "too slow":
      return warning(408, "the request took too long to arrive");
    case "broken off":
      return warning(400, "the body ended early");
    case "malformed request":
      return warning(refusal.status, `this is not valid HTTP: ${refusal.problem}`);
    case "invalid":
      return warning(400, refusal.problem);
    case "method":
      return {
        level: "debug",
        status: 405,
        reason: "this method is not allowed",
        method: refusal.method,
      };
    case "path": {
      const { method, path, wanted } = refusal;
      // Strangers look for pages; a POST is likely to be Retell's.
      const level = method === "POST" ? "warning" : "debug";
      return {
        level,
        status: 404,
        reason: "nothing is served at this path",
        method,
        path: path.slice(0, 200),
        wanted,
      };
    }
  }
}

/** `the signature is stale: it was made 312 s ago, or the clocks differ by that` */
function staleWords(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  return offsetMs < 0
    ? `the signature is stale: made ${seconds} s ago, or the clocks differ by ${seconds} s`
    : `the signature is from the future: the clocks differ by ${seconds} s`;
}
