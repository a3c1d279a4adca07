/** Filling the templates that are filled at load: `${env:NAME}`, `${file:path}` and `${credential:name}`. */
import { type CountryCode, isCountryCode } from "../../routing/callers/phones/phone.ts";
import { DECISION_NAMES, isDecisionName, type Name, readName } from "../../routing/names/name.ts";
import { FILTERS } from "../../routing/templates/filters.ts";
import { escapeTemplate, readTemplate } from "../../routing/templates/template.ts";
import { type RawTable, replaceTexts, valueAt } from "../files/toml/document.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { FORMS, look, type Sources } from "./elsewhere.ts";

/** A name that the configuration uses, and where. */
export interface NameUse {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly name: Name;
  /** The part of the value that names it, as written; undefined where that is the key or the whole value. */
  readonly part: string | undefined;
}

/** What is said of the key that no server needs, and that may be kept from it on purpose. */
const ACCOUNT_KEY_HINT = "only `switchhook doctor` and `switchhook connect` use it";

/** What is said of a secret that is not there where it need not be. */
export const SECRET_HINT = "this command works without it; `switchhook serve` does not start without it";

/**
 * Fills the load-time templates in every text of the document, in place.
 *
 * What takes per-call templates (variables, metadata, presets, look-ups, notices) keeps those, and what was filled in is escaped: it is
 * data, whatever it looks like. Everywhere else a per-call template is an error. A text that cannot be filled is
 * removed, so that nothing more is said about it.
 *
 * @returns the names that templates use, to be checked when it is known what there is
 */
export function fillTemplates(values: RawTable, sources: Sources, findings: Findings): NameUse[] {
  const uses: NameUse[] = [];
  const named = valueAt(values, ["country"]) ?? sources.country;
  const country = typeof named === "string" && isCountryCode(named) ? named : undefined;
  const fill = { ...sources, country, plain: new Map<string, Plain>() };
  replaceTexts(values, "${", (text, path) => fillText(text, path, fill, findings, uses));
  return uses;
}

/** What a text is that takes nothing from elsewhere, and the names that it uses: thousands of entries have the same. */
interface Plain {
  readonly filled: string;
  readonly names: readonly Pick<NameUse, "name" | "part">[];
}

/**
 * Which names the templates at a place may use: all that a call has, also those of what was decided, all but what
 * look-ups find, the client alone, or none.
 */
type NamesTaken = "all" | "decided" | "known before look-ups" | "client" | "none";

function namesTaken(path: Path): NamesTaken {
  if (path[0] === "presets") return "all";
  const isSent = path[2] === "url" || path[2] === "body";
  if (path[0] === "notify") return isSent ? "decided" : "none";
  if (path[0] === "lookups" && isSent) return "known before look-ups";
  if (path[0] !== "defaults" && path[0] !== "numbers" && path[0] !== "rulesets") return "none";
  if (path.some((key) => key === "variables" || key === "metadata")) return "all";
  return path.includes("when") && path.includes("exists") ? "client" : "none";
}

function isTaken(name: Name, taken: NamesTaken): boolean {
  switch (taken) {
    case "all":
      return !isDecisionName(name);
    case "decided":
      return true;
    case "known before look-ups":
      return name.kind !== "lookup" && !isDecisionName(name);
    case "client":
      return name.kind === "client";
    case "none":
      return false;
  }
}

function fillText(
  text: string,
  path: Path,
  sources: Sources & { readonly country: CountryCode | undefined; readonly plain: Map<string, Plain> },
  findings: Findings,
  uses: NameUse[],
): string | undefined {
  const taken = namesTaken(path);
  const id = `${taken} ${text}`;
  const known = sources.plain.get(id);
  for (const use of known?.names ?? []) uses.push({ path, at: "value", ...use });
  if (known) return known.filled;
  const template = readTemplate(text);
  if ("problem" in template) {
    findings.error(path, template.problem, { part: template.part });
    return undefined;
  }
  const perCall = taken !== "none";
  const names: Pick<NameUse, "name" | "part">[] = [];
  let filled = "";
  let complete = true;
  let isPlain = true;
  for (const segment of template.segments) {
    if (typeof segment === "string") {
      filled += perCall ? escapeTemplate(segment) : segment;
      continue;
    }
    const written = text.slice(segment.offset, segment.offset + segment.length);
    const stranger = segment.filters.find((filter) => !Object.hasOwn(FILTERS, filter));
    if (stranger !== undefined) {
      const filters = Object.keys(FILTERS);
      const message = `there is no filter ${findings.quote(stranger)}; the filters are ${filters.join(", ")}`;
      findings.error(path, message, { part: written, hint: didYouMean(stranger, filters) });
      complete = false;
      continue;
    }
    // What stands before the colon of a source has no dot: that is the name of a column or a schedule.
    const [, source, rest = ""] = /^([^.:]*):(.*)$/s.exec(segment.name) ?? [];
    if (source === undefined) {
      const read = readName(segment.name);
      if ("name" in read && isTaken(read.name, taken)) {
        names.push({ name: read.name, part: written });
        filled += written;
      } else {
        const { message, hint } = nameProblem(segment.name, taken, path);
        findings.error(path, message, { part: written, hint });
        complete = false;
      }
      continue;
    }
    isPlain = false;
    const found = look(source, rest, sources, (taken) => {
      const isOptional = segment.fallback !== undefined || isAccountKey(path);
      sources.taken?.({ ...taken, isOptional });
    });
    if ("value" in found) {
      findings.secrets.add(found.value, written);
      let value = found.value;
      for (const filter of segment.filters) value = FILTERS[filter]?.(value, sources.country) ?? value;
      findings.secrets.add(value, written);
      filled += perCall ? escapeTemplate(value) : value;
    } else if (segment.fallback !== undefined && found.missing) {
      filled += perCall ? escapeTemplate(segment.fallback) : segment.fallback;
    } else if (found.missing && isAccountKey(path)) {
      findings.warning(path, found.problem, { part: written, hint: ACCOUNT_KEY_HINT });
      complete = false;
    } else if (found.missing && isSecretPlace(path) && sources.secrets === "optional") {
      findings.warning(path, found.problem, { part: written, hint: SECRET_HINT });
      sources.unfilled?.({ path, text });
      complete = false;
    } else {
      findings.error(path, found.problem, { part: written, hint: found.hint });
      complete = false;
    }
  }
  for (const use of names) uses.push({ path, at: "value", ...use });
  if (complete && isPlain) sources.plain.set(id, { filled, names });
  return complete ? filled : undefined;
}

/** The one key that no server needs. */
function isAccountKey(path: Path): boolean {
  return path[0] === "retell" && path[1] === "account_key";
}

/** Whether what stands at a place is a secret that only a server needs. */
function isSecretPlace(path: Path): boolean {
  const [table] = path;
  if (table === "retell" || table === "lookups" || table === "notify" || table === "shared") return true;
  if (table === "admin") return path[1] === "token";
  return (table === "lists" || table === "contacts") && (path.includes("headers") || path.at(-1) === "url");
}

/** What is wrong with a name where it stands, and what may be meant; names in capitals are those of the environment. */
function nameProblem(
  name: string,
  taken: NamesTaken,
  path: Path,
): { readonly message: string; readonly hint?: string | undefined } {
  const read = readName(name);
  if ("name" in read) {
    if (isDecisionName(read.name)) {
      const message = `"\${${name}}" is known only once a call is decided, and can be used only in notices`;
      return { message };
    }
    if (taken === "known before look-ups") {
      const message = `"\${${name}}" cannot stand in a look-up: all look-ups of a call are asked at the same time`;
      return { message };
    }
    const sender = path[0] === "lookups" ? "look-up" : path[0] === "notify" ? "notice" : undefined;
    if (sender) {
      const message = `"\${${name}}" differs from call to call, and \`${path[2]}\` is the same for every call`;
      return { message, hint: `of a ${sender}, only \`url\` and \`body\` can hold it` };
    }
    const place =
      taken === "client"
        ? "only ${client} can be used here"
        : "can be used only in variables, metadata, presets, look-ups and notices";
    return { message: `"\${${name}}" differs from call to call, and ${place}` };
  }
  const forms = taken === "client" ? `\${client}, ${FORMS}` : FORMS;
  const takesCalls = taken !== "client" && taken !== "none";
  const message = takesCalls ? read.problem : `there is no "\${${name}}"; here it must be ${forms}`;
  const isEnvironment = /^[A-Z][A-Z0-9_]*$/.test(name);
  const near = taken === "decided" ? [...read.near, ...DECISION_NAMES] : read.near;
  return { message, hint: isEnvironment ? `did you mean "\${env:${name}}"?` : didYouMean(name, near) };
}
