/** What was measured, as it is kept in docs/bench/results.json. */
import type { Latency } from "../calls/load.ts";
import type { Machine } from "./machine.ts";

/** A comparison. */
export interface Results {
  /** The day, as ISO 8601 has it. */
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly rounds: number;
  /** How long each server was under load each time, in seconds. */
  readonly seconds: number;
  readonly servers: readonly ServerResults[];
  /** What took no part, and why. */
  readonly absent: readonly string[];
}

/** What was measured of one server: medians of the rounds. */
export interface ServerResults {
  readonly name: string;
  readonly about: string;
  readonly verifies: boolean;
  readonly under: readonly UnderLoad[];
  /** From exec to the first answer, in milliseconds. */
  readonly firstAnswerMs: number;
  /** Resident memory after the last round, in MiB. */
  readonly memoryMiB: number;
  /** Resident memory after a million calls; undefined where that was not asked for. */
  readonly memoryAfterMillionMiB: number | undefined;
  /** The server with what it runs on. */
  readonly diskMiB: number;
}

/** How a server did with some connections at once. */
export interface UnderLoad {
  readonly connections: number;
  /** By the clock, on one core. */
  readonly callsPerSecond: number;
  /** By the processor time of the server. */
  readonly callsPerCpuSecond: number;
  /** The same as a share of that of `limit`, round by round; undefined where `limit` took no part. */
  readonly ofLimit: number | undefined;
  readonly latency: Latency;
  /** The calls per CPU second of each round. */
  readonly rounds: readonly number[];
}

/** The one in the middle, or the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return (low + high) / 2;
}
