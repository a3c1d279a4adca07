/** Filling the templates that are filled at load: `${env:NAME}`, `${file:path}` and `${credential:name}`. */
import { join, resolve } from "node:path";
import { contactColumn, PLACEHOLDER_NAMES, placeholder } from "../../routing/templates/placeholders.ts";
import { escapeTemplate, readTemplate } from "../../routing/templates/template.ts";
import { type RawTable, removeAt, setAt } from "../files/document.ts";
import type { TextFiles } from "../files/text-file.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";

/** What load-time templates are filled from. */
export interface Sources {
  /** The directory that names of files are relative to. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: TextFiles;
  /** Whether what `[retell]` takes from elsewhere may be missing. */
  readonly secrets: "required" | "optional";
}

/** What is said of a secret that is not there where it need not be. */
export const SECRET_HINT = "this command works without it; `switchhook serve` does not start without it";

/** Every form of a load-time template, for messages. */
const FORMS = "${env:NAME}, ${file:path} or ${credential:name}";

/**
 * Fills the load-time templates in every text of the document, in place.
 *
 * What takes per-call templates (variables, metadata, presets) keeps those, and what was filled in is escaped: it is
 * data, whatever it looks like. Everywhere else a per-call template is an error. A text that cannot be filled is
 * removed, so that nothing more is said about it.
 *
 * @returns the columns of the contacts that templates name, to be checked when the contacts are read
 */
export async function fillTemplates(
  values: RawTable,
  sources: Sources,
  findings: Findings,
): Promise<readonly ColumnUse[]> {
  const uses: ColumnUse[] = [];
  for (const { path, text } of textsWithTemplates(values, [])) {
    const filled = await fillText(text, path, sources, findings, uses);
    if (filled === undefined) removeAt(values, path);
    else setAt(values, path, filled);
  }
  return uses;
}

/** A template that names a column of the contacts. */
export interface ColumnUse {
  readonly path: Path;
  readonly column: string;
  /** The template as written. */
  readonly written: string;
}

/** Whether a per-call template may stand at `path`. */
function takesPlaceholders(path: Path): boolean {
  if (path[0] === "presets") return true;
  return (
    (path[0] === "defaults" || path[0] === "numbers" || path[0] === "rulesets") &&
    path.some((key) => key === "variables" || key === "metadata")
  );
}

async function fillText(
  text: string,
  path: Path,
  sources: Sources,
  findings: Findings,
  uses: ColumnUse[],
): Promise<string | undefined> {
  const template = readTemplate(text);
  if ("problem" in template) {
    findings.error(path, template.problem);
    return undefined;
  }
  const perCall = takesPlaceholders(path);
  let filled = "";
  let complete = true;
  for (const segment of template.segments) {
    if (typeof segment === "string") {
      filled += perCall ? escapeTemplate(segment) : segment;
      continue;
    }
    const written = text.slice(segment.offset, segment.offset + segment.length);
    const split = segment.name.indexOf(":");
    if (split < 0) {
      if (perCall && placeholder(segment.name)) {
        const column = contactColumn(segment.name);
        if (column !== undefined) uses.push({ path, column, written });
        filled += written;
      } else {
        findings.error(path, unknownName(segment.name, perCall), {
          part: written,
          hint: nameHint(segment.name),
        });
        complete = false;
      }
      continue;
    }
    const found = await look(segment.name.slice(0, split), segment.name.slice(split + 1), sources);
    if ("value" in found) {
      findings.secrets.add(found.value, written);
      filled += perCall ? escapeTemplate(found.value) : found.value;
    } else if (segment.fallback !== undefined && found.missing) {
      filled += perCall ? escapeTemplate(segment.fallback) : segment.fallback;
    } else if (found.missing && path[0] === "retell" && sources.secrets === "optional") {
      findings.warning(path, found.problem, { part: written, hint: SECRET_HINT });
      complete = false;
    } else {
      findings.error(path, found.problem, { part: written, hint: found.hint });
      complete = false;
    }
  }
  return complete ? filled : undefined;
}

function unknownName(name: string, perCall: boolean): string {
  if (perCall) return `there is no "\${${name}}"; a call has ${PLACEHOLDER_NAMES.join(", ")}`;
  if (placeholder(name)) {
    return `"\${${name}}" differs from call to call, and can stand only in variables, metadata and presets`;
  }
  return `there is no "\${${name}}"; here it must be ${FORMS}`;
}

/** What a name may be meant to be; names in capitals are those of environment variables. */
function nameHint(name: string): string | undefined {
  if (placeholder(name)) return undefined;
  return /^[A-Z][A-Z0-9_]*$/.test(name)
    ? `did you mean "\${env:${name}}"?`
    : didYouMean(name, PLACEHOLDER_NAMES);
}

type Found =
  | { readonly value: string }
  | { readonly problem: string; readonly missing: boolean; readonly hint?: string };

async function look(source: string, name: string, { directory, env, files }: Sources): Promise<Found> {
  switch (name && source) {
    case "env": {
      const value = env[name];
      if (value) return { value };
      const state = value === undefined ? "not set" : "set, but empty";
      return { problem: `the environment variable ${name} is ${state}`, missing: true };
    }
    case "file":
      return lookInFile(resolve(directory, name), `the file ${name} cannot be read`, files);
    case "credential": {
      if (!/^[^/]+$/.test(name)) {
        return {
          problem: `"${name}" is not the name of a credential; it must not contain "/"`,
          missing: false,
        };
      }
      const credentials = env.CREDENTIALS_DIRECTORY;
      if (credentials)
        return lookInFile(join(credentials, name), `the credential ${name} cannot be read`, files);
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
async function lookInFile(path: string, problem: string, files: TextFiles): Promise<Found> {
  const read = files.read(path);
  if ("problem" in read) return { problem: `${problem}: ${read.problem}`, missing: true };
  const value = read.text.replace(/\n$/, "");
  return value ? { value } : { problem: `${problem}: it is empty`, missing: true };
}

function textsWithTemplates(value: unknown, path: Path): { readonly path: Path; readonly text: string }[] {
  if (typeof value === "string") return value.includes("${") ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, at) => textsWithTemplates(item, [...path, at]));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, field]) => textsWithTemplates(field, [...path, key]));
  }
  return [];
}
