/** The log: one line an event, as text for a terminal or as one JSON object for programs. */
import { configureSync, getJsonLinesFormatter, getLogger, type LogRecord } from "@logtape/logtape";
import { printable } from "../../../config/findings/printable.ts";
import type { LogSettings } from "../../../config/read/settings/settings.ts";
import { maskParty, maskText } from "./mask.ts";
import type { LogReader } from "./reader.ts";

/** Where log lines go: a line with its end. */
export type Write = (line: string) => void;

/** The program's log. */
export const log = getLogger("switchhook");

/** Says that a listener failed at what no request can be blamed for. */
export function logFault(error: unknown): void {
  log.error("the HTTP server failed", {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

/**
 * Puts `[log]` in force, at once and for every record to come. With the format `auto`, people read text, on a terminal or
 * in the journal, and programs JSON.
 */
export function configureLog({ format, level, numbers }: LogSettings, write: Write, reader: LogReader): void {
  const isText = format === "text" || (format === "auto" && reader !== "program");
  const formatRecord =
    reader === "journal" ? forJournal(isText ? bareLine : jsonLine) : isText ? textLine : jsonLine;
  const mask = numbers === "masked" ? maskRecord : (record: LogRecord) => record;
  configureSync({
    reset: true,
    sinks: { out: (record) => write(formatRecord(mask(record))) },
    loggers: [
      { category: "switchhook", lowestLevel: level, sinks: ["out"] },
      { category: ["logtape", "meta"], lowestLevel: "fatal", sinks: ["out"] },
    ],
  });
}

const formatJson = getJsonLinesFormatter({ categorySeparator: ".", properties: "flatten" });

/** JSON leaves some control characters as they are, and somebody may read the log on a terminal. */
function jsonLine(record: LogRecord): string {
  return `${printable(formatJson(record).trimEnd())}\n`;
}

/** The levels of syslog, by which the journal filters and colours: sd-daemon(3). */
const JOURNAL_LEVELS: Readonly<Record<LogRecord["level"], number>> = {
  trace: 7,
  debug: 7,
  info: 6,
  warning: 4,
  error: 3,
  fatal: 2,
};

function forJournal(line: (record: LogRecord) => string): (record: LogRecord) => string {
  return (record) => `<${JOURNAL_LEVELS[record.level]}>${line(record)}`;
}

/** `2026-11-21 22:33:17.628 info  call answered from=+12137771234 to=…` */
function textLine(record: LogRecord): string {
  const time = new Date(record.timestamp).toISOString().replace("T", " ").replace("Z", "");
  return `${time} ${record.level.padEnd(7)} ${bareLine(record)}`;
}

/** The same without time and level, which the journal has by itself. */
function bareLine({ message, properties }: LogRecord): string {
  const fields = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${textValue(value)}`);
  return `${[printable(message.join("")), ...fields].join(" ")}\n`;
}

/** Quoted wherever a value could be taken for something else: what callers supply goes through here. */
function textValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w+.:/@*-]+$/.test(text) ? text : printable(JSON.stringify(text));
}

/** Who calls and who is called, in whatever form; whatever else may hold a number somewhere. */
const PARTIES = new Set(["from", "to", "forwarded_from"]);
/** Hashes of configurations: one in 280 has digits only, and would pass for a number. */
const HASHES = new Set(["config", "hash"]);

function maskRecord(record: LogRecord): LogRecord {
  return {
    ...record,
    message: record.message.map((part) => maskValue(part, maskText)),
    properties: Object.fromEntries(
      Object.entries(record.properties).map(([key, value]) => [
        key,
        HASHES.has(key) ? value : maskValue(value, PARTIES.has(key) ? maskParty : maskText),
      ]),
    ),
  };
}

function maskValue(value: unknown, mask: (text: string) => string): unknown {
  return typeof value === "string" ? mask(value) : value;
}
