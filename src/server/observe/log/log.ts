/** The log: one line an event, as text for a terminal or as one JSON object for programs. */
import { printable } from "../../../config/findings/printable.ts";
import type { LogSettings } from "../../../config/read/settings/settings.ts";
import { timeText } from "../time-text.ts";
import { maskParty, maskText } from "./mask.ts";
import type { LogReader } from "./reader.ts";

/** Where log lines go: a line with its end. */
export type Write = (line: string) => void;

/** What every line of JSON has by itself: with a field of that name, it would have two. */
type OwnKey = "@timestamp" | "level" | "message" | "logger";

/** What an event is about, by name; a field that is undefined is left out. */
type Fields = Readonly<Record<string, unknown>> & { readonly [Key in OwnKey]?: never };

type Level = LogSettings["level"];

/** An event on its way to be a line. */
interface Entry {
  readonly atMs: number;
  readonly level: Level;
  readonly message: string;
  readonly fields: Fields;
}

/** From the least severe to the most. */
const SEVERITY: Readonly<Record<Level, number>> = { debug: 0, info: 1, warning: 2, error: 3 };

/** Nothing is told before the configuration says how. */
let tell = (_: Entry): void => {};
let lowest = Number.POSITIVE_INFINITY;

/** Logs an event. @param fields made only where the level is logged, if they are given as a function */
type Log = (message: string, fields?: Fields | (() => Fields)) => void;

function logAt(level: Level): Log {
  return (message, fields = {}) => {
    if (SEVERITY[level] < lowest) return;
    tell({ atMs: Date.now(), level, message, fields: typeof fields === "function" ? fields() : fields });
  };
}

/** The program's log. */
export const log: Readonly<Record<Level, Log>> = {
  debug: logAt("debug"),
  info: logAt("info"),
  warning: logAt("warning"),
  error: logAt("error"),
};

/** Says that a listener failed at what no request can be blamed for. */
export function logFault(error: unknown): void {
  log.error("the HTTP server failed", {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

/**
 * Puts `[log]` in force, at once and for every event to come. With the format `auto`, people read text, on a terminal or
 * in the journal, and programs JSON.
 */
export function configureLog({ format, level, numbers }: LogSettings, write: Write, reader: LogReader): void {
  const isText = format === "text" || (format === "auto" && reader !== "program");
  const lineOf =
    reader === "journal" ? forJournal(isText ? bareLine : jsonLine) : isText ? textLine : jsonLine;
  lowest = SEVERITY[level];
  tell = numbers === "masked" ? (entry) => write(lineOf(masked(entry))) : (entry) => write(lineOf(entry));
}

/** The levels as most programs that read JSON logs call them. */
const JSON_LEVELS: Readonly<Record<Level, string>> = {
  debug: "DEBUG",
  info: "INFO",
  warning: "WARN",
  error: "ERROR",
};

/** JSON leaves some control characters as they are, and somebody may read the log on a terminal. */
function jsonLine({ atMs, level, message, fields }: Entry): string {
  const head = `{"@timestamp":"${timeText(atMs)}","level":"${JSON_LEVELS[level]}","message":${JSON.stringify(message)},"logger":"switchhook"`;
  const more = JSON.stringify(fields);
  const line = more === "{}" ? `${head}}` : `${head},${more.slice(1)}`;
  return `${isPlain(line) ? line : printable(line)}\n`;
}

/** Whether JSON holds nothing but ASCII that can be shown. To look at each character takes thrice as long (0.15 of 0.45 µs). */
function isPlain(json: string): boolean {
  return Buffer.byteLength(json) === json.length && !json.includes(DELETE);
}

/** JSON has escapes for all control characters of ASCII but this one. */
const DELETE = "\u007f";

/** The levels of syslog, by which the journal filters and colours: sd-daemon(3). */
const JOURNAL_LEVELS: Readonly<Record<Level, number>> = { debug: 7, info: 6, warning: 4, error: 3 };

function forJournal(line: (entry: Entry) => string): (entry: Entry) => string {
  return (entry) => `<${JOURNAL_LEVELS[entry.level]}>${line(entry)}`;
}

/** `2026-11-21 22:33:17.628 info  call answered from=+12137771234 to=…` */
function textLine(entry: Entry): string {
  const time = timeText(entry.atMs).replace("T", " ").replace("Z", "");
  return `${time} ${entry.level.padEnd(7)} ${bareLine(entry)}`;
}

/** The same without time and level, which the journal has by itself. */
function bareLine({ message, fields }: Entry): string {
  const said = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${textValue(value)}`);
  return `${[printable(message), ...said].join(" ")}\n`;
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

function masked({ atMs, level, message, fields }: Entry): Entry {
  const maskedFields = Object.entries(fields).map(([key, value]) => [
    key,
    HASHES.has(key) ? value : maskValue(value, PARTIES.has(key) ? maskParty : maskText),
  ]);
  return { atMs, level, message: maskText(message), fields: Object.fromEntries(maskedFields) };
}

function maskValue(value: unknown, mask: (text: string) => string): unknown {
  return typeof value === "string" ? mask(value) : value;
}
