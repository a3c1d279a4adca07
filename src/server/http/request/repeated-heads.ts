/** Heads that are nearly those before them, as all heads of a proxy are. */
import type { Malformed } from "../fault.ts";
import { type Framing, type Head, lengthFraming, lineEnd, parseHead, withoutBlanks } from "./head.ts";
import { HeaderLines } from "./headers.ts";

/** Of a longer head nothing is remembered: idle connections are many, and what they keep is to be little. */
const REMEMBERED_LIMIT = 2048;

/** Header lines that decide how the request is read: a head in which one of these differs is read anew. */
const DECISIVE = new Set(["host", "transfer-encoding", "connection", "expect"]);

/** What a value may consist of: everything but control characters, of which a tab is none. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A head, and its text. */
interface ReadHead {
  readonly text: string;
  readonly head: Head;
}

/** A line whose value differs from head to head. */
interface Varying {
  /** Everything between the varying line before it, or the beginning, and its value. */
  readonly before: string;
  /** Which of the header lines it is, from 0. */
  readonly line: number;
  readonly isLength: boolean;
}

/** What heads have in common that came one after the other. */
interface Layout {
  readonly head: Head;
  readonly names: string[];
  /** The values of the last of them. */
  readonly values: readonly string[];
  readonly varying: readonly Varying[];
  /** Everything behind the last of the varying lines. */
  readonly after: string;
}

/**
 * Reads the heads of one connection. One that differs from those before only where they differed from each other takes over
 * what was found out about them: nearly all of it is compared at once. All others are left to {@link parseHead}.
 */
export class HeadReader {
  #former: ReadHead | undefined;
  /** Made when a second head has come: of many connections none does. */
  #layout: Layout | undefined;

  /** How long the last head was that was read; undefined where no head can be the same but for values. */
  get formerLength(): number | undefined {
    return this.#layout && this.#former?.text.length;
  }

  /**
   * The head that a text is, where only values differ from the heads before that did so before; then its text is in order.
   * Undefined where it has to be read.
   *
   * @param text bytes as Latin-1 characters, without the empty line at the end
   */
  repeated(text: string): Head | undefined {
    return this.#layout && repeatedHead(this.#layout, text);
  }

  /** Reads a head. @param text as {@link parseHead} wants it */
  read(text: string): Head | Malformed {
    const head = parseHead(text);
    if (head.kind !== "head" || text.length > REMEMBERED_LIMIT) {
      this.#former = undefined;
      this.#layout = undefined;
      return head;
    }
    const read = { text, head };
    this.#layout = this.#former && layoutOf(this.#former, read, this.#layout?.varying ?? []);
    this.#former = read;
    return head;
  }
}

/**
 * What two heads have in common; undefined where they have not the same lines in the same order.
 *
 * @param varied lines that are known to vary, if the former head had the lines of those before it
 */
function layoutOf(
  former: ReadHead,
  { text, head }: ReadHead,
  varied: readonly Varying[],
): Layout | undefined {
  const [formerRequest, ...formerLines] = former.text.split("\r\n");
  const [request, ...lines] = text.split("\r\n");
  if (request !== formerRequest || lines.length !== formerLines.length) return undefined;
  const names: string[] = [];
  const values: string[] = [];
  const varying: Varying[] = [];
  let from = 0;
  let start = lineEnd(text, 0) + 2;
  for (const [at, line] of lines.entries()) {
    const formerLine = formerLines[at] ?? "";
    const colon = line.indexOf(":") + 1;
    if (!formerLine.startsWith(line.slice(0, colon))) return undefined;
    const name = line.slice(0, colon - 1).toLowerCase();
    names.push(name);
    values.push(withoutBlanks(line, colon, line.length));
    const varies = line !== formerLine || varied.some((other) => other.line === at);
    if (varies && !DECISIVE.has(name)) {
      varying.push({
        before: text.slice(from, start + colon),
        line: at,
        isLength: name === "content-length",
      });
      from = start + line.length;
    }
    start += line.length + 2;
  }
  return { head, names, values, varying, after: text.slice(from) };
}

function repeatedHead({ head, names, values, varying, after }: Layout, text: string): Head | undefined {
  const its = values.slice();
  let { framing }: { framing: Framing } = head;
  let end = 0;
  for (const { before, line, isLength } of varying) {
    if (!text.startsWith(before, end)) return undefined;
    const start = end + before.length;
    end = lineEnd(text, start);
    const value = withoutBlanks(text, start, end);
    if (!VALUE.test(value)) return undefined;
    if (isLength && value !== its[line]) {
      const length = lengthFraming(value);
      if (!length) return undefined;
      framing = length;
    }
    its[line] = value;
  }
  if (text.length - end !== after.length || !text.endsWith(after)) return undefined;
  const { kind, method, target, url, minor, isKept, awaitsContinue } = head;
  const headers = new HeaderLines(names, its);
  return { kind, method, target, url, minor, headers, framing, isKept, awaitsContinue };
}
