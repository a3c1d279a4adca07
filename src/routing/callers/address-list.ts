/** SIP headers that hold a list of addresses, such as Diversion (RFC 5806) and History-Info (RFC 7044). */
import { isWithheld } from "./phones/phone.ts";

/** One entry of such a header. */
export interface AddressEntry {
  /** The URI between the brackets; without brackets, the entry itself, parameters included. */
  readonly address: string;
  /** What is behind the brackets, or the whole entry without them: `;reason=unconditional;index=1.1`. */
  readonly parameters: string;
}

interface Part extends AddressEntry {
  readonly isBracketed: boolean;
}

/**
 * The entries of a header, separated by commas outside quotes and brackets, or by line ends that fold nothing. A quote
 * or bracket that is never closed is a character like any other. Takes time in proportion to the header, whatever is
 * in it.
 */
export function* addressList(header: string): Generator<AddressEntry> {
  let held: Part | undefined;
  for (const part of partsOf(header)) {
    if (held && !part.isBracketed) yield held;
    held = isLikeName(part) ? part : undefined;
    if (!held) yield part;
  }
  if (held) yield held;
}

/** Whether a part before an address may be the beginning of its name: `Acme` of `Acme, Inc <sip:…>`. */
function isLikeName({ address, isBracketed }: Part): boolean {
  return !isBracketed && !/[@:;\d]/.test(address) && !isWithheld(address);
}

function* partsOf(header: string): Generator<Part> {
  let at = 0;
  // Once a quote stays open, every later one would be searched to the end for nothing.
  let quotesClose = true;
  while (at < header.length) {
    let start = at;
    let isBlank = true;
    let brackets: { readonly open: number; readonly close: number } | undefined;
    for (; at < header.length && !isSeparator(header, at); at++) {
      const char = header[at];
      if (char === '"' && quotesClose) {
        const close = closingQuote(header, at);
        if (close < 0) quotesClose = false;
        else at = close;
        // A name in front of an address without brackets.
        if (isBlank && close >= 0) start = close + 1;
      } else if (char === "<") {
        const close = closingBracket(header, at);
        if (close >= 0) {
          brackets ??= { open: at, close };
          at = close;
        }
      } else if (char !== " " && char !== "\t") {
        isBlank = false;
      }
    }
    const entry = brackets
      ? {
          address: header.slice(brackets.open + 1, brackets.close),
          tail: header.slice(brackets.close + 1, at),
        }
      : { address: header.slice(start, at).replace(/^\s*<|>\s*$/g, ""), tail: header.slice(start, at) };
    const address = entry.address.trim();
    if (address !== "") yield { address, parameters: entry.tail, isBracketed: brackets !== undefined };
    at++;
  }
}

function isSeparator(header: string, at: number): boolean {
  const char = header[at];
  return char === "," || (char === "\n" && header[at + 1] !== " " && header[at + 1] !== "\t");
}

/** The quote that closes the one at `open`; negative where there is none. A backslash escapes what follows it. */
function closingQuote(header: string, open: number): number {
  for (let at = open + 1; at < header.length; at++) {
    if (header[at] === '"') return at;
    if (header[at] === "\\") at++;
  }
  return -1;
}

const BRACKET = /[<>]/g;

/** The bracket that closes the one at `open`; negative where another is opened before. */
function closingBracket(header: string, open: number): number {
  BRACKET.lastIndex = open + 1;
  const found = BRACKET.exec(header);
  return found?.[0] === ">" ? found.index : -1;
}

/**
 * The user of a URI, percent-encoding read: `+12125550300` of `sip:%2B12125550300;npdi=yes@host?Reason=…`. A URI that
 * names a host alone has none, unless that host is in truth a number or a name of the caller's.
 */
export function uriUser(address: string): string | undefined {
  const [, scheme, rest = ""] = /^(sips?:|tel:)?(.*)$/is.exec(address) ?? [];
  const user = (/^[^@;?]*/.exec(rest)?.[0] ?? "").trim();
  if (scheme === undefined || /^tel:/i.test(scheme)) return decoded(user);
  if (rest.includes("@")) return decoded(user.replace(/:.*$/s, ""));
  return hostUser(user.replace(/:\d*$/, ""));
}

/** Addresses come without a user where it is withheld (RFC 3323), and where a number stands in the host's place. */
function hostUser(host: string): string | undefined {
  if (/\.invalid$/i.test(host)) return "anonymous";
  const isNumber = /^\+?[\d().-]+$/.test(host) && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
  return host === "" || (/[.:[\]]/.test(host) && !isNumber) ? undefined : decoded(host);
}

function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
