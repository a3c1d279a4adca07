/** What conditions found, in words. */
import type { Finding, ScheduleFinding } from "../decision.ts";
import { nameText } from "../names/name.ts";
import { scheduleWords } from "../time/schedule-words.ts";

/** What was found of one condition of a rule, in words. */
export function findingWords(finding: Finding): string {
  switch (finding.kind) {
    case "value": {
      const { name, value, wanted } = finding;
      const none = name.kind === "header" ? "is missing" : "has no value";
      const found = value === undefined ? none : `is ${JSON.stringify(value)}`;
      const topic = name.kind === "header" ? `header ${name.header}` : nameText(name);
      return `${topic} ${found}; wanted: ${wanted.join(", ")}`;
    }
    case "contact":
      return `the caller is ${finding.known ? "" : "not "}in the contacts`;
    case "dialled":
      return finding.hit
        ? `the dialled number ${matchWords(finding.hit)}`
        : `the dialled number is not in ${finding.entries}`;
    case "forwarded":
      return forwardedWords(finding);
    case "exists":
      return finding.flags
        .map(
          ({ name, isThere }) => `the file ${JSON.stringify(name)} ${isThere ? "exists" : "does not exist"}`,
        )
        .join(", ");
    case "not":
      return notWords(finding);
    case "caller":
      return finding.hit
        ? `the caller ${matchWords(finding.hit)}`
        : `the caller is not in ${finding.entries}`;
    case "open":
    case "closed": {
      const found = finding.schedules.map(scheduleFindingWords).join("; ");
      return finding.schedules.length > 1 ? `one of them must be ${finding.kind}; ${found}` : found;
    }
    case "lookup": {
      const { lookup, state, wanted } = finding;
      const found =
        state === undefined ? `there is no look-up ${lookup} here` : `look-up ${lookup} is ${state}`;
      return `${found}; wanted: ${wanted.join(", ")}`;
    }
    case "over":
      return finding.limits
        .map(({ name, over }) => `the limit ${JSON.stringify(name)} is ${over ? "" : "not "}reached`)
        .join(", ");
  }
}

/** So many of those who forwarded a call are named. */
const FORWARDERS_NAMED = 3;

function forwardedWords({ by, hit, entries }: Finding & { kind: "forwarded" }): string {
  if (by.length === 0) return "the call was not forwarded";
  const named = by.slice(0, FORWARDERS_NAMED).map((text) => text || "a withheld number");
  const more = by.length > named.length ? ` and ${by.length - named.length} more` : "";
  return `forwarded by ${named.join(", ")}${more}: ${hit ? matchWords(hit) : `not in ${entries}`}`;
}

function notWords({ holds, findings }: Finding & { kind: "not" }): string {
  if (findings.length === 0) return "`not` has no conditions";
  return `\`not\` ${holds ? "applies" : "does not apply"} (${findings.map(findingWords).join("; ")})`;
}

function scheduleFindingWords({ name, open, state }: ScheduleFinding): string {
  return `${JSON.stringify(name)} ${state ? `– ${scheduleWords(state)}` : `is ${open ? "open" : "closed"}`}`;
}

/** `matched @spam → +1900*` */
export function matchWords(hit: readonly string[]): string {
  return `matched ${hit.join(" → ")}`;
}
