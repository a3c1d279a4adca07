/** What a run left behind: the history, the log, and what should not be there. */
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { destinationOf } from "../raw-http.ts";

/** What a history holds. */
export interface History {
  readonly files: readonly string[];
  readonly records: number;
  /** What is wrong with it. */
  readonly problems: readonly string[];
}

/**
 * Reads a history, which must have each call that was answered once, in the file of its day, with one configuration for
 * each table.
 *
 * @param answered the ids of the calls that were answered, each with the number of its table where the answer told it
 */
export function readHistory(directory: string, answered: ReadonlyMap<string, string | undefined>): History {
  const files = readdirSync(directory).sort();
  const problems: string[] = [];
  const seen = new Set<string>();
  const tables = new Map<string, string>();
  for (const file of files) {
    for (const line of readFileSync(join(directory, file), "utf8").trimEnd().split("\n")) {
      const { id, time, config } = JSON.parse(line);
      if (seen.has(id)) problems.push(`${id} is recorded twice`);
      seen.add(id);
      if (!file.startsWith(time.slice(0, 10))) problems.push(`${id}, of ${time}, is in ${file}`);
      const table = answered.get(id);
      if (table === undefined) continue;
      const known = tables.get(config) ?? table;
      if (known !== table)
        problems.push(`${id} had table ${table}, and its record names the configuration of table ${known}`);
      tables.set(config, known);
    }
  }
  for (const id of answered.keys())
    if (!seen.has(id)) problems.push(`${id} was answered, and is not recorded`);
  return { files, records: seen.size, problems };
}

/** The messages in a log and how often each came. @property problems lines that no soak may cause */
export interface LogSummary {
  readonly messages: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
}

/** What a server says of bad edits, each an error. */
const OF_EDITS = new Set([
  "configuration error",
  "configuration has errors; the old one stays in force",
  "configuration cannot be read right now; the old one stays in force until it can",
]);

/** Reads a log. */
export function readLog(log: string): LogSummary {
  const messages = new Map<string, number>();
  const problems: string[] = [];
  for (const line of log.split("\n").filter((text) => text !== "")) {
    const { level, message } = line.startsWith("{") ? JSON.parse(line) : { level: "ERROR", message: line };
    messages.set(message, (messages.get(message) ?? 0) + 1);
    if (level !== "INFO" && level !== "WARN" && !OF_EDITS.has(message)) problems.push(line);
  }
  return { messages, problems };
}

/** The processes that a process has started and that still run, where the system tells it. */
export function childrenOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
  } catch {
    return [];
  }
}

/** Whether nobody listens at a URL any more. */
export function isGone(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(destinationOf(url));
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => resolve(true));
  });
}
