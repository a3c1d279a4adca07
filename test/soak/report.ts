/** What a soak found, for people; and whether it is good. */
import type { Tally } from "./clients.ts";
import type { Sequence } from "./expected.ts";
import type { History, LogSummary } from "./leavings.ts";
import type { Starved } from "./starved.ts";
import { type Sign, trendOf } from "./vital-signs.ts";

/** Everything that a run found. */
export interface Findings {
  readonly seconds: number;
  readonly tally: Tally;
  readonly sequence: Sequence;
  /** How often each kind of edit was made. */
  readonly edits: ReadonlyMap<string, number>;
  /** The configuration that was written last came into force. */
  readonly isLastInForce: boolean;
  readonly signs: readonly Sign[];
  readonly starved: Starved;
  readonly log: LogSummary;
  readonly history: History;
  readonly exitCode: number;
  readonly isPortFree: boolean;
  /** The processes that the server started. */
  readonly children: ReadonlySet<string>;
  /** The files that it left where temporary files go. */
  readonly left: readonly string[];
  /** The server had a clock of its own, by which midnight came. */
  readonly hasClock: boolean;
}

const MIB = 1024 ** 2;
/** How much of what went wrong is shown. */
const SHOWN = 20;

/** Prints it; returns whether everything is as it must be. */
export function printReport(findings: Findings): boolean {
  const verdicts = [answers, tables, memory, descriptors, history, log, leavings].map((section) =>
    section(findings),
  );
  console.log();
  for (const [name, count] of findings.tally.kinds) console.log(`  ${String(count).padStart(7)}  ${name}`);
  for (const [name, count] of findings.edits) console.log(`  ${String(count).padStart(7)}  ${name}`);
  console.log();
  for (const { isGood, title, words, problems = [] } of verdicts) {
    console.log(`${isGood ? "good" : "BAD "}  ${title.padEnd(12)}${words}`);
    for (const problem of problems.slice(0, SHOWN)) console.log(`        ${problem}`);
    if (problems.length > SHOWN) console.log(`        and ${problems.length - SHOWN} more`);
  }
  const isGood = verdicts.every((verdict) => verdict.isGood);
  console.log(isGood ? "\nThe soak is good." : "\nThe soak is BAD.");
  return isGood;
}

interface Verdict {
  readonly isGood: boolean;
  readonly title: string;
  readonly words: string;
  readonly problems?: readonly string[];
}

function answers({ tally, seconds, starved }: Findings): Verdict {
  const { right, refused, longestMs, unanswered } = tally;
  const failed = unanswered.filter((atMs) => !starved.covers(atMs)).length;
  const wrong = [
    ...tally.wrong,
    ...(failed > 0
      ? [`${failed} look-ups failed though their service was well, and the machine had time`]
      : []),
  ];
  const busy =
    starved.count === 0 ? "" : `; ${starved.count} times the machine had none for a second or more`;
  const rate = (right / seconds).toFixed(1);
  const words = `${right} right, each for a table in force while its call was open (${rate} a second); ${refused} strangers refused; ${wrong.length} wrong; the slowest ${Math.round(longestMs)} ms${busy}`;
  return { isGood: wrong.length === 0 && right > 0 && refused > 0, title: "answers", words, problems: wrong };
}

function tables({ sequence, isLastInForce, log }: Findings): Verdict {
  const { tables, contacts } = sequence;
  const count = (message: string) => log.messages.get(message) ?? 0;
  const refused = count("configuration has errors; the old one stays in force");
  const words = `${tables.seen} configurations and ${contacts.seen} editions of the contacts answered calls, of ${tables.count} and ${contacts.count} good ones written; reloaded ${count("configuration reloaded")} times, refused ${refused}; the last one ${isLastInForce ? "came into force" : "never came into force"}`;
  const isGood = isLastInForce && tables.seen > 1 && contacts.seen > 1 && refused > 0;
  return { isGood, title: "tables", words };
}

/** The part of a run in which everything has been used, and should grow no more: its second half, but for busy spells. */
function settled({ signs, starved }: Findings): readonly Sign[] {
  const second = signs.slice(Math.floor(signs.length / 2));
  const calm = second.filter(({ atMs }) => !starved.covers(atMs));
  return calm.length > second.length / 4 ? calm : second;
}

/**
 * How long the heap grows into its size, and connections of slow clients into their number, in seconds: the slopes of a
 * shorter run say nothing.
 */
const WARM_SECONDS = 300;
const NOT_JUDGED = `not judged in less than ${WARM_SECONDS} s`;
/** What is remembered of each call for ten minutes, so that a retry gets the same answer, in bytes. */
const REMEMBERED_BYTES = 1024;
const REMEMBERED_SECONDS = 600;
/** No run of the soak may take more than this, however short. */
const MOST_BYTES = 300 * MIB;
const MOST_DESCRIPTORS = 300;

function memory(findings: Findings): Verdict {
  const { seconds, tally } = findings;
  const { perMinute, mean, least, most } = trendOf(settled(findings), ({ memoryBytes }) => memoryBytes);
  const mib = (bytes: number) => (bytes / MIB).toFixed(1);
  const isWarm = seconds >= WARM_SECONDS;
  // The calls of the second half that are remembered at the end, beside those that were forgotten meanwhile.
  const rememberedSeconds = Math.max(0, Math.min(seconds, REMEMBERED_SECONDS) - seconds / 2);
  const expected = (tally.answered.size / seconds) * rememberedSeconds * REMEMBERED_BYTES;
  const grown = (perMinute * seconds) / 2 / 60 - expected;
  const note = isWarm
    ? `of which ${mib((60 * expected * 2) / seconds)} for calls that may be tried again`
    : NOT_JUDGED;
  const words = `${mib(mean)} MiB on average in the second half (${mib(least)} to ${mib(most)}), slope ${mib(perMinute)} MiB a minute, ${note}`;
  return { isGood: most < MOST_BYTES && (!isWarm || grown < LEVEL.memory * mean), title: "memory", words };
}

function descriptors(findings: Findings): Verdict {
  const { seconds } = findings;
  const { perMinute, mean, least, most } = trendOf(settled(findings), (sign) => sign.descriptors);
  const grown = (perMinute * seconds) / 2 / 60;
  const isWarm = seconds >= WARM_SECONDS;
  const note = isWarm ? "" : `, ${NOT_JUDGED}`;
  const words = `${mean.toFixed(1)} on average in the second half (${least} to ${most}), slope ${perMinute.toFixed(2)} a minute${note}`;
  const isLevel = !isWarm || grown < LEVEL.descriptors * mean;
  return { isGood: most < MOST_DESCRIPTORS && isLevel, title: "descriptors", words };
}

/** How much of its average a value may grow along the line through the second half of a run and still be level. */
const LEVEL = { memory: 0.1, descriptors: 0.3 } as const;

function history({ history: { files, records, problems }, hasClock }: Findings): Verdict {
  const midnight = hasClock ? "over midnight" : "midnight left out: it needs the Debian package libfaketime";
  const words = `${records} records in ${files.join(", ")} (${midnight}); each call answered is there once`;
  return {
    isGood: problems.length === 0 && (!hasClock || files.length === 2),
    title: "history",
    words,
    problems,
  };
}

function log({ log: { messages, problems } }: Findings): Verdict {
  const lines = [...messages.values()].reduce((sum, count) => sum + count, 0);
  const words = `${lines} lines, ${problems.length} of them an error that no edit explains`;
  return { isGood: problems.length === 0, title: "log", words, problems };
}

function leavings({ exitCode, isPortFree, children, left }: Findings): Verdict {
  const problems = [
    ...(exitCode === 0 ? [] : [`its exit code was ${exitCode}`]),
    ...(isPortFree ? [] : ["somebody still listens on its port"]),
    ...[...children].map((pid) => `it started process ${pid}`),
    ...left.map((name) => `it left ${name} among the temporary files`),
  ];
  const words = "exit code 0 after SIGTERM, no process, no listener and no temporary file is left";
  return {
    isGood: problems.length === 0,
    title: "the end",
    words: problems.length === 0 ? words : "",
    problems,
  };
}
