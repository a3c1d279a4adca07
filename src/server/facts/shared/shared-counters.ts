/** Counting with other machines: limits, retries and callers' calls. */
import type { SharedSettings } from "../../../config/read/settings/shared.ts";
import type { Decision } from "../../../routing/decision.ts";
import type { Counted, Counters, Counting } from "../counters.ts";
import { countsFor } from "../counters.ts";
import type { FoundByTries } from "../found.ts";
import { BY_ID_MS, BY_PARTIES_MS } from "../retries.ts";
import { type Begun, readBegun } from "./begun.ts";
import { type CallKeys, KeyNames } from "./keys.ts";
import { Link, type LinkEvents, type LinkState } from "./link.ts";
import { BEGIN, SETTLE } from "./scripts.ts";

/** How what is shared is kept. */
export interface SharedTerms {
  /** Undefined where nothing is shared. */
  readonly settings: SharedSettings | undefined;
  /** The first API key. */
  readonly secret: string;
  /** How long callers are remembered, in milliseconds. */
  readonly keepMs: number;
}

/**
 * Counts calls with other machines where the configuration says so and the server answers, else by this machine alone. This
 * machine counts all its calls for itself too: when it is left alone, it goes on from those.
 *
 * The server is asked once about a call whose route asks for limits or earlier calls, before it is decided, and about no
 * other. What is decided otherwise than was supposed then is told after the answer.
 */
export class SharedCounters implements Counters {
  readonly #local: Counters;
  readonly #events: LinkEvents;
  #shared: Shared | undefined;
  #terms = "";

  constructor(local: Counters, events: LinkEvents) {
    this.#local = local;
    this.#events = events;
  }

  /** Puts what a configuration says in force; a link that is to lead elsewhere is closed, and another one opened. */
  keep({ settings, secret, keepMs }: SharedTerms): void {
    if (!settings) {
      this.close();
      return;
    }
    const { readsHistory, ...linked } = settings;
    const terms = JSON.stringify([linked, secret]);
    if (!this.#shared || terms !== this.#terms) {
      this.close();
      const names = new KeyNames(settings.prefix, secret);
      this.#shared = { names, link: new Link(settings, names.probe, this.#events), keepMs: 0 };
      this.#terms = terms;
    }
    this.#shared.keepMs = readsHistory ? keepMs : 0;
  }

  /** Resolves once it is known whether the server can be reached; at once where there is none. */
  async tried(): Promise<void> {
    await this.#shared?.link.tried;
  }

  /** How the link to the server is; undefined where nothing is shared. */
  get state(): LinkState | undefined {
    return this.#shared?.link.state;
  }

  get isShared(): boolean {
    return this.#shared?.link.isUp ?? false;
  }

  /** Counts by this machine alone from now on. @param graceMs how long what was told last may take */
  close(graceMs = 0): void {
    this.#shared?.link.close(graceMs);
    this.#shared = undefined;
  }

  open(counting: Counting): Counted | Promise<Counted> {
    const here = this.#local.open(counting);
    const shared = this.#shared;
    if (!shared?.link.isUp || here instanceof Promise) return here;
    if (counting.uses.length > 0 || counting.asksHistory) return begin(counting, here, shared);
    if (shared.keepMs === 0 || counting.caller === undefined) return here;
    return settledBy(here, (...said) => settleUnasked(counting, here, shared, said));
  }
}

/** The link, and what is agreed on. */
interface Shared {
  readonly link: Link;
  readonly names: KeyNames;
  /** How long callers are remembered, in milliseconds; 0 where nothing reads that. */
  keepMs: number;
}

type Said = Parameters<Counted["settle"]>;

/** Begins to count a call that asks. Where the server does not answer soon, the call is counted by this machine alone. */
async function begin(counting: Counting, here: Counted, shared: Shared): Promise<Counted> {
  const { link, names } = shared;
  const keys = names.of(counting);
  const asked = link.ask(BEGIN, keys.keys, beginArguments(counting, keys, shared));
  if (!asked) return here;
  const ever = asked.ever.then(readBegun);
  // Whoever settles the call handles it; there may be nobody.
  ever.catch(() => {});
  const begun = (await asked.inTime) === undefined ? undefined : await ever.catch(() => undefined);
  const settle = (...said: Said) => {
    here.settle(...said);
    // Late, the server may still have begun to count the call: what became of it is told then.
    void ever.then(
      (known) => tellSettled(counting, keys, known, shared, said),
      () => {},
    );
  };
  if (!begun) return settledBy(here, settle);
  return {
    first: begun.first,
    earlier: begun.earlier,
    isOver: (use) => begun.over.get(use.name) ?? here.isOver(use),
    settle,
  };
}

/** What this machine knows of a call, which is settled in another way. */
function settledBy(here: Counted, settle: Counted["settle"]): Counted {
  const { first, earlier } = here;
  return { first, earlier, isOver: (use) => here.isOver(use), settle };
}

function beginArguments(counting: Counting, { id }: CallKeys, { keepMs }: Shared): string[] {
  const { call, uses, nowMs, asksHistory } = counting;
  const names = JSON.stringify(uses.map(({ name }) => name));
  const takes = placesToTake(counting);
  return [
    ...[String(knownForMs(call)), String(nowMs), id, names],
    String(asksHistory && counting.caller !== undefined ? keepMs : 0),
    ...uses.flatMap(({ name, plan }) => [String(plan.calls), String(plan.perMs), takes(name)]),
  ];
}

/**
 * Which limits a call takes a place in before it is decided: those that it will count for, as far as that can be supposed.
 * `2` where it is rejected if there is none: then it takes no place at all, so that somebody who keeps calling takes none
 * from others, not even for a moment.
 */
function placesToTake(counting: Counting): (name: string) => "0" | "1" | "2" {
  const free = counting.suppose(new Set());
  return (name) => {
    const isWanted = counting.isVague || countsFor(free, { name });
    if (!isWanted) return "0";
    return counting.suppose(new Set([name])).outcome === "reject" ? "2" : "1";
  };
}

/** Tells what became of a call, where that is not what was supposed. */
async function tellSettled(
  counting: Counting,
  { keys, id }: CallKeys,
  begun: Begun,
  { link, keepMs }: Shared,
  [decision, agent, found]: Said,
): Promise<void> {
  if (begun.isSettled) return;
  const { call, caller, uses } = counting;
  const changes = uses.map((use) => changeOf(decision, use, begun));
  const isRemembered = keepMs > 0 && caller !== undefined;
  const told = await foundText(found);
  if (!isRemembered && told === "" && changes.every((change) => change === "=")) return;
  link.tell(SETTLE, keys, [
    ...[String(knownForMs(call)), id, String(isRemembered ? keepMs : 0), agent ?? "", told],
    ...uses.flatMap(({ plan }, at) => [String(plan.calls), String(plan.perMs), changes[at] ?? "="]),
  ]);
}

function changeOf(decision: Decision, use: Counting["uses"][number], { taken }: Begun): "+" | "-" | "=" {
  const [counts, has] = [countsFor(decision, use), taken.has(use.name)];
  return counts === has ? "=" : counts ? "+" : "-";
}

/** For a call that asks for nothing: it is only remembered, for those that will. */
function settleUnasked(counting: Counting, here: Counted, { link, names, keepMs }: Shared, said: Said): void {
  here.settle(...said);
  const [, agent] = said;
  const { keys, id } = names.of(counting);
  link.tell(SETTLE, keys, [String(knownForMs(counting.call)), id, String(keepMs), agent ?? "", ""]);
}

function knownForMs({ id }: Counting["call"]): number {
  return id ? BY_ID_MS : BY_PARTIES_MS;
}

/** What look-ups said is shared up to so many UTF-16 code units; beyond that, another machine asks them again. */
const MOST_FOUND = 64 * 1024;

/** What look-ups said, as JSON; empty where there is nothing. */
async function foundText(found: FoundByTries | undefined): Promise<string> {
  if (!found || found.size === 0) return "";
  const entries = await Promise.all(
    Array.from(found, async ([question, answer]) => [
      question,
      typeof answer === "string" ? answer : JSON.stringify(await answer),
    ]),
  );
  const text = JSON.stringify(entries);
  return text.length > MOST_FOUND ? "" : text;
}
