/** Override presets, held against what Retell takes as `agent_override`. */
import { agentOverride } from "../../retell/agent-override/index.ts";
import { type Stranger, strangersIn } from "../../retell/agent-override/strangers.ts";
import { readTemplate } from "../../routing/templates/template.ts";
import { valueAt } from "../files/toml/document.ts";
import { didYouMean, type Findings, type Path, quote } from "../findings/findings.ts";
import { misspelt } from "../findings/misspelling.ts";
import { mustBe, nameOf, preciseIssues, problemOf } from "../shape/issues.ts";

/** The groups of settings in a preset. */
export type Preset = Readonly<Record<string, unknown>>;

/**
 * Reports what Retell would not take, and warns of what it may not know.
 *
 * What is filled in for each call cannot be judged beforehand.
 *
 * @param path where the preset stands
 */
export function checkPreset(preset: Preset, path: Path, findings: Findings): void {
  const strangers = strangersIn(preset, agentOverride)
    .filter(({ kind, name }) => kind === "field" || !hasPlaceholder(name))
    .map((stranger) => ({ ...stranger, meant: misspelt(stranger.name, stranger.known) }));
  const slips = new Set(strangers.map(({ path, meant }) => JSON.stringify([...path.slice(0, -1), meant])));

  const checked = agentOverride.safeParse(preset, { error: mustBe });
  for (const issue of checked.error?.issues.flatMap(preciseIssues) ?? []) {
    const { path: inner, message, hint } = problemOf(issue, preset, findings, path);
    const place = [...path, ...inner];
    const found = valueAt(preset, inner);
    // What is missing because it is misspelt is named below, and what could not be filled has been named.
    if (findings.hasAt(place) || (found === undefined && slips.has(JSON.stringify(inner)))) continue;
    if (!hasPlaceholder(found)) findings.error(place, message, { hint });
    else if (issue.code === "invalid_type" || issue.code === "invalid_union") {
      findings.error(place, `${message}: placeholders are allowed only in text fields`);
    }
  }

  for (const stranger of strangers) {
    if (!findings.hasAt([...path, ...stranger.path])) reportStranger(stranger, path, findings);
  }

  const ring = ["agent", "ring_duration_ms"];
  if (valueAt(preset, ring) !== undefined && !findings.hasAt([...path, ...ring])) {
    const message =
      "`ring_duration_ms` is for outbound and transferred calls; it has no effect on inbound calls";
    const hint = 'to let an inbound call ring first, use `delay`: delay = "4s"';
    findings.warning([...path, ...ring], message, { at: "key", hint });
  }
}

/** A field or a name that is not known here, and the one that it is a likely misspelling of. */
type JudgedStranger = Stranger & { readonly meant: string | undefined };

function reportStranger(stranger: JudgedStranger, path: Path, findings: Findings): void {
  const { kind, name, known, meant } = stranger;
  const place = [...path, ...stranger.path];
  const at = kind === "field" ? "key" : "value";
  const subject =
    kind === "field"
      ? `Retell has no field ${quote(name)} in ${stranger.path.slice(0, -1).filter(isText).join(".")}`
      : `Retell has no ${nameOf(listPath(stranger.path))} ${findings.quote(name)}`;
  if (meant !== undefined) {
    findings.error(place, subject, { at, hint: `did you mean ${quote(meant)}?` });
  } else {
    findings.warning(place, `${subject} that Switchhook knows of; it is passed on unchanged`, {
      at,
      hint: homeOf(stranger) ?? didYouMean(name, known),
    });
  }
}

/** The groups that have a field which stands in another one. */
function homeOf({ kind, name, path }: Stranger): string | undefined {
  if (kind !== "field" || path.length !== 2) return undefined;
  const groups = Object.entries(agentOverride.shape).flatMap(([group, settings]) =>
    Object.hasOwn(settings.unwrap().shape, name) ? [group] : [],
  );
  return groups.length > 0 ? `${quote(name)} belongs in ${groups.join(" or ")}` : undefined;
}

/** The path of the list that a name stands in, or of the name itself where it stands alone. */
function listPath(path: Path): Path {
  return path.slice(0, path.findLastIndex(isText) + 1);
}

function isText(key: string | number): key is string {
  return typeof key === "string";
}

/** Whether something is filled in for each call. */
function hasPlaceholder(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const template = readTemplate(value);
  return "segments" in template && template.segments.some((segment) => typeof segment !== "string");
}
