/** Filling the templates that are filled at load: `${env:NAME}`, `${file:path}` and `${credential:name}`. */
import { join, resolve } from "node:path";
import { type CountryCode, isCountryCode } from "../../routing/callers/phone.ts";
import { DECISION_NAMES, isDecisionName, type Name, readName } from "../../routing/names/name.ts";
import { FILTERS } from "../../routing/templates/filters.ts";
import { escapeTemplate, readTemplate } from "../../routing/templates/template.ts";
import type { TextFiles } from "../files/text-file.ts";
import { type RawTable, valueAt } from "../files/toml/document.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";

/** What load-time templates are filled from. */
export interface Sources {
  /** The directory that names of files are relative to. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: TextFiles;
  /** Whether secrets that are taken from elsewhere may be missing. */
  readonly secrets: "required" | "optional";
  /** What filters read numbers by, where the file names no country itself: that of the main file. */
  readonly country?: string | undefined;
  /** Is told of everything that is taken from elsewhere, there or not. */
  readonly taken?: (taken: Taken) => void;
  /** Is told of every text that stays unfilled, since secrets may be missing. */
  readonly unfilled?: (unfilled: Unfilled) => void;
}

/** A text without the secrets that belong into it. */
export interface Unfilled {
  /** Where it stands in its file. */
  readonly path: Path;
  /** As it is written. */
  readonly text: string;
}

/** Something that a template takes from elsewhere at load. */
export interface Taken {
  readonly source: "env" | "file" | "credential";
  /** As it is written: of a variable, a file or a credential. */
  readonly name: string;
  /** Of a file or a credential, where it is, as an absolute path; undefined of a credential where nobody says that. */
  readonly path: string | undefined;
  /** Whether a server starts without it. */
  readonly isOptional: boolean;
}

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

/** Every form of a load-time template, for messages. */
const FORMS = "${env:NAME}, ${file:path} or ${credential:name}";

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
  const fill = { ...sources, country };
  replaceTemplates(values, [], (text, path) => fillText(text, path, fill, findings, uses));
  return uses;
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
  sources: Sources & { readonly country: CountryCode | undefined },
  findings: Findings,
  uses: NameUse[],
): string | undefined {
  const template = readTemplate(text);
  if ("problem" in template) {
    findings.error(path, template.problem, { part: template.part });
    return undefined;
  }
  const taken = namesTaken(path);
  const perCall = taken !== "none";
  let filled = "";
  let complete = true;
  for (const segment of template.segments) {
    if (typeof segment === "string") {
      filled += perCall ? escapeTemplate(segment) : segment;
      continue;
    }
    const written = text.slice(segment.offset, segment.offset + segment.length);
    const stranger = segment.filters.find((filter) => !Object.hasOwn(FILTERS, filter));
    if (stranger !== undefined) {
      const names = Object.keys(FILTERS);
      const message = `there is no filter ${findings.quote(stranger)}; the filters are ${names.join(", ")}`;
      findings.error(path, message, { part: written, hint: didYouMean(stranger, names) });
      complete = false;
      continue;
    }
    // What stands before the colon of a source has no dot: that is the name of a column or a schedule.
    const [, source, rest = ""] = /^([^.:]*):(.*)$/s.exec(segment.name) ?? [];
    if (source === undefined) {
      const read = readName(segment.name);
      if ("name" in read && isTaken(read.name, taken)) {
        uses.push({ path, at: "value", name: read.name, part: written });
        filled += written;
      } else {
        const { message, hint } = nameProblem(segment.name, taken, path);
        findings.error(path, message, { part: written, hint });
        complete = false;
      }
      continue;
    }
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

type Found =
  | { readonly value: string }
  | { readonly problem: string; readonly missing: boolean; readonly hint?: string };

function look(
  source: string,
  name: string,
  { directory, env, files }: Sources,
  tell: (taken: Omit<Taken, "isOptional">) => void,
): Found {
  switch (name && source) {
    case "env": {
      tell({ source: "env", name, path: undefined });
      const value = env[name];
      if (value) return { value };
      const state = value === undefined ? "not set" : "set, but empty";
      return { problem: `the environment variable ${name} is ${state}`, missing: true };
    }
    case "file": {
      const path = resolve(directory, name);
      tell({ source: "file", name, path });
      return lookInFile(path, `the file ${name} cannot be read`, files);
    }
    case "credential": {
      if (!/^[^/]+$/.test(name)) {
        return {
          problem: `"${name}" is not the name of a credential; it must not contain "/"`,
          missing: false,
        };
      }
      const credentials = env.CREDENTIALS_DIRECTORY;
      const path = credentials ? join(credentials, name) : undefined;
      tell({ source: "credential", name, path });
      if (path !== undefined) return lookInFile(path, `the credential ${name} cannot be read`, files);
      return {
        problem: `the credential ${name} cannot be read: CREDENTIALS_DIRECTORY is not set`,
        missing: true,
        hint: "systemd sets it for a unit with LoadCredential= or SetCredential=",
      };
    }
    default:
      // Also for what has a source, but no name.
      return { problem: `there is no "\${${source}:${name}}"; it must be ${FORMS}`, missing: false };
  }
}

/** A secret's file usually ends with a line end that is not part of the secret. */
function lookInFile(path: string, problem: string, files: TextFiles): Found {
  const read = files.read(path);
  if ("problem" in read) return { problem: `${problem}: ${read.problem}`, missing: true };
  const value = read.text.replace(/\n$/, "");
  return value ? { value } : { problem: `${problem}: it is empty`, missing: true };
}

/**
 * Replaces every text that has a template in it; one that cannot be replaced is undefined from then on, as what is
 * taken out of a document is. A path is made only for those, since most texts have none.
 */
function replaceTemplates(
  holder: RawTable,
  way: (string | number)[],
  replace: (text: string, path: Path) => string | undefined,
): void {
  const isArray = Array.isArray(holder);
  // What the TOML library makes has nothing but its own keys.
  for (const key in holder) {
    const value = holder[key];
    const isText = typeof value === "string";
    if (isText ? !value.includes("${") : typeof value !== "object" || value === null) continue;
    way.push(isArray ? Number(key) : key);
    if (isText) holder[key] = replace(value, [...way]);
    else replaceTemplates(value as RawTable, way, replace);
    way.pop();
  }
}
