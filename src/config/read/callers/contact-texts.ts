/** What the texts of a contact mean: its number, its agent, its presets. */
import { type PhoneKey, phoneKey } from "../../../routing/callers/phones/canonical.ts";
import { type CountryCode, readNumber } from "../../../routing/callers/phones/phone.ts";
import { quickReader } from "../../../routing/callers/phones/quick.ts";
import type { Agent } from "../../../routing/plan.ts";
import type { ReportLine } from "../../files/formats/report-line.ts";
import type { Row, Rows } from "../../files/formats/rows.ts";
import { didYouMean, type Findings } from "../../findings/findings.ts";
import type { AgentReading, Names } from "../references.ts";

/** What contacts are read with. */
export interface ContactsContext {
  readonly country: CountryCode | undefined;
  readonly names: Names;
  /** The agent of a name or an id, or what is wrong with it. */
  readonly agent: (text: string) => AgentReading;
  readonly findings: Findings;
}

/** The number of a contact; undefined where the text is none, which is reported. */
export function keyOf(
  text: string,
  row: Pick<Row, "place">,
  noun: Rows["noun"],
  { country, findings }: ContactsContext,
  report: ReportLine,
): PhoneKey | undefined {
  const key = quickReader(country).keyOf(text);
  if (key !== undefined) return key;
  if (text === "") {
    report(row.place, `this ${noun} has no number`);
    return undefined;
  }
  const read = readNumber(text, country);
  if ("number" in read) {
    if (read.warning) report(row.place, read.warning, text, undefined, "warning");
    return phoneKey(read.number.slice(1));
  }
  const hint = () => didYouMean(text, read.near ?? []);
  report(row.place, `${findings.quote(text)} is not a number: ${read.problem}`, text, hint);
  return undefined;
}

/** The agent that a contact names, if it does; what is wrong with it is reported. */
export function agentOf(
  text: string,
  row: Pick<Row, "place">,
  { agent }: ContactsContext,
  report: ReportLine,
): Agent | undefined {
  if (text === "") return undefined;
  const read = agent(text);
  if ("agent" in read) return read.agent;
  report(row.place, read.problem, text, read.hint);
  return undefined;
}

/** The presets that a contact names; those that are not there are reported, and left out. */
export function presetsOf(
  text: string,
  row: Pick<Row, "place">,
  { names: known, findings }: ContactsContext,
  report: ReportLine,
): string[] {
  const names = text
    .split(";")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  for (const name of names) {
    if (!known.has("presets", name)) {
      const message = `there is no preset ${findings.quote(name)} in [presets]`;
      report(row.place, message, name, didYouMean(name, known.in("presets")));
    }
  }
  return names.filter((name) => known.has("presets", name));
}
