/** The headers that go out with requests to services. */
import { type Findings, type Path, quote } from "../../findings/findings.ts";
import { fittingEntries } from "../../shape/fitting.ts";

/** The characters of a header's name: RFC 9110, "token". */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What a header's value must not have: control characters, and what is not in Latin-1. */
const STRANGER = /[^\t\x20-\x7e\xa0-\xff]/u;

/** Headers that say how the request itself is sent. */
const OF_THE_REQUEST = [
  ...["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer"],
  ...["transfer-encoding", "upgrade"],
];

/**
 * Reads headers; what cannot be one is reported and left out.
 *
 * @param own further headers that the program writes itself
 * @returns by the name in lower case
 */
export function readHeaders(
  headers: Readonly<Record<string, string | undefined>>,
  path: Path,
  own: readonly string[],
  findings: Findings,
): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [written, value] of fittingEntries(headers)) {
    const place = [...path, written];
    const name = written.toLowerCase();
    const stranger = STRANGER.exec(value)?.[0];
    if (!NAME.test(written)) {
      findings.error(place, `${quote(written)} is not the name of a header`, { at: "key" });
    } else if (OF_THE_REQUEST.includes(name) || own.includes(name)) {
      findings.error(place, `the header ${quote(written)} is written by Switchhook itself`, { at: "key" });
    } else if (Object.hasOwn(read, name)) {
      findings.error(place, `the header ${quote(name)} is there twice`, { at: "key" });
    } else if (stranger !== undefined) {
      const number = (stranger.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      findings.error(place, `the value of a header must not contain U+${number}`);
    } else {
      read[name] = value.trim();
    }
  }
  return read;
}
