/** The head of a request: its request line and its header lines, read strictly. RFC 9112, sections 2 to 6. */
import { type Malformed, malformed } from "../fault.ts";
import { HEADER_LINES_LIMIT, METHOD_LIMIT, TARGET_LIMIT } from "../limits.ts";
import { HeaderLines } from "./headers.ts";

/** The head of a request. */
export interface Head {
  readonly kind: "head";
  readonly method: string;
  /** A path with its query, a whole URL, or `*`. */
  readonly target: string;
  /** The target below a host that says nothing: what a client calls this server is not to be believed. */
  readonly url: string;
  /** The minor version of HTTP/1: of 0, most of what follows was not known yet. */
  readonly minor: number;
  readonly headers: HeaderLines;
  readonly framing: Framing;
  /** Whether the client wants to send more requests on the connection. */
  readonly isKept: boolean;
  /** Whether the client waits to be told to go on before it sends the body. */
  readonly awaitsContinue: boolean;
}

/** How it is known where the body of a request ends. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" };

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP\/([0-9])\.([0-9])$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const ABSOLUTE = /^https?:\/\/[^/?#]/i;
/** More digits are more than a number can hold. */
const LENGTH = /^[0-9]{1,15}$/;

/**
 * Reads a head.
 *
 * @param text its bytes as Latin-1 characters, without the empty line at the end; it must hold no control characters but
 *   tabs, and no CR and LF but at line ends
 */
export function parseHead(text: string): Head | Malformed {
  let end = lineEnd(text, 0);
  const line = text.slice(0, end);
  const [, method = "", target = "", major, minor] = REQUEST_LINE.exec(line) ?? [];
  if (major === undefined)
    return malformed(`the first line must be METHOD TARGET HTTP/1.1, not ${quoted(line)}`);
  if (major !== "1") return malformed("only HTTP/1.0 and HTTP/1.1 are supported", 505);
  const problem = targetProblem(method, target);
  if (problem) return problem;

  const headers = new HeaderLines();
  while (end < text.length) {
    const start = end + 2;
    end = lineEnd(text, start);
    const wrong = addHeaderLine(headers, text.slice(start, end));
    if (wrong) return wrong;
  }
  return readHeaders(method, target, Number(minor), headers);
}

/**
 * Reads a header line, of a head or behind a chunked body, and adds it.
 *
 * @returns what is wrong with it
 */
export function addHeaderLine(headers: HeaderLines, line: string): Malformed | undefined {
  if (headers.count === HEADER_LINES_LIMIT)
    return malformed(`there must not be more than ${HEADER_LINES_LIMIT} header lines`, 431);
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0));
  if (!TOKEN.test(name)) return malformed(headerLineProblem(line));
  headers.add(name.toLowerCase(), withoutBlanks(line, colon + 1, line.length));
  return undefined;
}

function targetProblem(method: string, target: string): Malformed | undefined {
  if (method.length > METHOD_LIMIT)
    return malformed(`the method must not be longer than ${METHOD_LIMIT} characters`);
  if (target.length > TARGET_LIMIT)
    return malformed(`the target must not be longer than ${TARGET_LIMIT} characters`, 414);
  const isPath = target.startsWith("/") && method !== "CONNECT";
  if (isPath || ABSOLUTE.test(target) || (target === "*" && method === "OPTIONS")) return undefined;
  return malformed(`the target must be a path such as /webhook, or a URL, not ${quoted(target)}`);
}

function headerLineProblem(line: string): string {
  if (/^[ \t]/.test(line)) return "a header line must not continue the line before it";
  if (/^[^:]*[ \t]+:/.test(line)) return `there must be no blank before the colon in ${quoted(line)}`;
  return `a header line must be NAME: VALUE, not ${quoted(line)}`;
}

/** What the headers say of the body and of the connection. Every doubt about where the body ends is an error. */
function readHeaders(method: string, target: string, minor: number, headers: HeaderLines): Head | Malformed {
  const hosts = headers.countOf("host");
  if (hosts > 1) return malformed("there must be no more than one Host");
  if (hosts === 0 && minor > 0) return malformed("HTTP/1.1 needs a Host");
  const framing = framingOf(headers, minor);
  if (framing.kind === "malformed request") return framing;

  const connection =
    headers
      .get("connection")
      ?.toLowerCase()
      .split(/[ \t]*,[ \t]*/) ?? [];
  const isKept = minor > 0 ? !connection.includes("close") : connection.includes("keep-alive");
  const expected = headers.get("expect")?.toLowerCase();
  return {
    kind: "head",
    method,
    target,
    url: urlOf(target),
    minor,
    headers,
    framing,
    isKept,
    awaitsContinue: minor > 0 && expected === "100-continue" && framing.kind !== "none",
  };
}

function urlOf(target: string): string {
  if (target === "*") return "http://localhost";
  return target.startsWith("/") ? `http://localhost${target}` : target;
}

function framingOf(headers: HeaderLines, minor: number): Framing | Malformed {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding !== null) {
    if (length !== null) return malformed("there must be Content-Length or Transfer-Encoding, not both");
    if (minor === 0) return malformed("HTTP/1.0 has no Transfer-Encoding");
    if (coding.toLowerCase() === "chunked") return { kind: "chunked" };
    return malformed(`the Transfer-Encoding must be chunked, not ${quoted(coding)}`, 501);
  }
  if (length === null) return { kind: "none" };
  if (headers.countOf("content-length") > 1)
    return malformed("there must be no more than one Content-Length");
  return (
    lengthFraming(length) ?? malformed(`the Content-Length must be a number of bytes, not ${quoted(length)}`)
  );
}

/** What a Content-Length says of the body; undefined where it is no number of bytes. */
export function lengthFraming(value: string): Framing | undefined {
  return LENGTH.test(value) ? { kind: "length", bytes: Number(value) } : undefined;
}

/** Where the line ends that begins at `from`. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\r\n", from);
  return end < 0 ? text.length : end;
}

/** What stands from `start` to `end`, without blanks and tabs at its ends; what counts as blank elsewhere stays. */
export function withoutBlanks(text: string, start: number, end: number): string {
  let [from, to] = [start, end];
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
