/** What `replay` prints. */

import { counted } from "../../../config/findings/counted.ts";
import { printable, printableJson, shortened } from "../../../config/findings/printable.ts";
import type { paintFor } from "../../terminal.ts";
import type { Comparison, Difference, Group, Skipped, UnknownCount } from "./comparison.ts";
import { decidedBy, placeWords, type Where } from "./where.ts";

/** So many calls are listed for people, and for programs. */
export const MOST_LISTED = { text: 20, json: 1000 } as const;
/** So many groups are listed for people, and for programs. */
const MOST_GROUPS = { text: 20, json: 1000 } as const;

/** A report for people. */
export function replayReport(comparison: Comparison, paint: ReturnType<typeof paintFor>): string[] {
  const { calls, differ, differences, groups } = comparison;
  const all = counted(calls, "call", "calls");
  const notes = [...comparison.skipped.map(skippedWords), ...comparison.unknown.map(unknownWords)].map(
    (note) => paint("warning", note),
  );
  const below = notes.length > 0 ? ["", ...notes] : [];
  if (differ === 0) return [paint("good", `${all} decided anew: all go where they went`), ...below];
  const shownGroups = groups.slice(0, MOST_GROUPS.text);
  const inShown = shownGroups.reduce((sum, group) => sum + group.calls, 0);
  return [
    ...differences.flatMap((difference) => [...differenceLines(difference, paint), ""]),
    ...(differ > differences.length
      ? [
          `… and ${counted(differ - differences.length, "more call", "more calls")} that would go elsewhere`,
          "",
        ]
      : []),
    "By client and rule:",
    ...shownGroups.map(groupLine),
    ...(differ > inShown ? [`  ${(differ - inShown).toLocaleString("en-US")}  in other ways`] : []),
    "",
    paint("error", `${differ.toLocaleString("en-US")} of ${all} would go elsewhere`),
    ...below,
  ];
}

function differenceLines(
  { place, time, client, from, to, channel, before, after }: Difference,
  paint: ReturnType<typeof paintFor>,
): string[] {
  const whose = client === "" ? "" : `, client ${client}`;
  const heading = `${time}  ${channel === "text" ? "text " : ""}${from} to ${to}${whose}`;
  return [
    `${paint("strong", shown(heading))}  ${paint("dim", place)}`,
    shown(`  before: ${placeWords(before)} – ${before.reason}`),
    shown(`  after:  ${placeWords(after)} – ${after.reason}`),
  ];
}

function groupLine({ client, before, after, calls }: Group): string {
  const whose = client === "" ? "" : `${client}: `;
  const side = (of: Where) => `${placeWords(of)} (${decidedBy(of)})`;
  return shown(`  ${calls.toLocaleString("en-US")}  ${whose}${side(before)} → ${side(after)}`);
}

const SKIPPED: Readonly<Record<Skipped, string>> = {
  torn: "line without an end, torn or still being written",
  "not JSON": "not JSON",
  "not a record": "not the record of a call",
  newer: "written by a newer version of this program",
  masked: "masked numbers, by which no call can be decided",
};

function skippedWords({ why, lines, first }: Comparison["skipped"][number]): string {
  const more = lines > first.length ? ", …" : "";
  return `left out: ${counted(lines, "line", "lines")} (${SKIPPED[why]}): ${first.join(", ")}${more}`;
}

function unknownWords({ kind, name, calls }: UnknownCount): string {
  const those = counted(calls, "call", "calls");
  switch (kind) {
    case "limit":
      return shown(`not recorded for ${those}: the limit ${JSON.stringify(name)}; treated as not reached`);
    case "flag":
      return shown(`not recorded for ${those}: the file ${JSON.stringify(name)}; treated as not there`);
    case "lookup":
      return shown(`not recorded for ${those}: the look-up ${JSON.stringify(name)}; treated as missing`);
    case "history":
      return `not recorded for ${those}: the caller's earlier calls; treated as none`;
  }
}

/** The longest line, in UTF-16 code units: callers and files supply parts of it. */
const LONGEST_LINE = 2000;

function shown(text: string): string {
  return printable(shortened(text, LONGEST_LINE));
}

/** A report for programs: one JSON object. */
export function replayJson(
  comparison: Comparison,
  config: { readonly file: string; readonly hash: string },
): string {
  const { calls, differ, differences, unknown, skipped } = comparison;
  const groups = comparison.groups.slice(0, MOST_GROUPS.json);
  const omitted = differ > differences.length ? differ - differences.length : undefined;
  return printableJson({ config, calls, differ, differences, omitted, groups, unknown, skipped });
}
