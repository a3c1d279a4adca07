/** What `make bench` can be told by the environment. */
import { buildsNamed } from "../measures/builds.ts";

/** How the comparison is made. */
export interface Settings {
  /** Every server has its turn in each. */
  readonly rounds: number;
  /** How long a server is under load each time, in seconds. */
  readonly seconds: number;
  /** How many connections there are at once, each time. */
  readonly connections: readonly number[];
  /** The names of the servers that take part; undefined: all of them. */
  readonly only: readonly string[] | undefined;
  /** Executables of Switchhook. */
  readonly builds: readonly string[];
  /** Whether Switchhook's memory is looked at after a million calls too. */
  readonly million: boolean;
  /** Whether what is measured becomes what README.md says. */
  readonly record: boolean;
}

/** What can be said, for those who say something else. */
export const USAGE = `make bench  [ROUNDS=3] [SECONDS=2] [CONNECTIONS=1,32,256] [ONLY=limit,switchhook] [BUILDS=PATH,PATH]
            [MILLION=1] [RECORD=1]

ROUNDS       how often every server has its turn; medians are of these
SECONDS      how long each time, for each number of connections
ONLY         the servers that take part: their names, or how these begin
BUILDS       executables of Switchhook, side by side; default dist/switchhook
MILLION      also the memory of Switchhook after 1,000,000 calls
RECORD       keep the results in docs/bench/results.json, and make the tables of README.md of them`;

/** How many connections there are at once, where nobody says. */
const CONNECTIONS: readonly number[] = [1, 32, 256];

/** The command that makes the same comparison again, of the build that there is. */
export function commandOf({ rounds, seconds, connections, only, million }: Settings): string {
  const some = connections.join() === CONNECTIONS.join() ? "" : ` CONNECTIONS=${connections.join()}`;
  const named = only === undefined ? "" : ` ONLY=${only.join()}`;
  return `make bench ROUNDS=${rounds} SECONDS=${seconds}${some}${named}${million ? " MILLION=1" : ""}`;
}

/** Reads the settings. @throws with what is wrong, and what can be said */
export function settingsOf(env: Readonly<Record<string, string | undefined>>): Settings {
  const [rounds = 3] = numbers("ROUNDS", env.ROUNDS);
  const [seconds = 2] = numbers("SECONDS", env.SECONDS);
  const connections = numbers("CONNECTIONS", env.CONNECTIONS);
  const builds = words(env.BUILDS);
  const only = words(env.ONLY);
  return {
    rounds,
    seconds,
    connections: connections.length > 0 ? connections : CONNECTIONS,
    only: only.length > 0 ? only : undefined,
    builds: buildsNamed(builds),
    million: isOn(env.MILLION),
    record: isOn(env.RECORD),
  };
}

function words(text = ""): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

function numbers(name: string, text: string | undefined): number[] {
  return words(text).map((word) => {
    if (!/^[1-9]\d*$/.test(word))
      throw new Error(`${name} must be a whole number from 1: ${word}\n\n${USAGE}`);
    return Number(word);
  });
}

function isOn(text = ""): boolean {
  return text !== "" && text !== "0";
}
