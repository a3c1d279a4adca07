/** What templates take from elsewhere at load: from the environment, from files, from credentials. */
import { join, resolve } from "node:path";
import type { TextFiles } from "../files/text-file.ts";
import type { Path } from "../findings/findings.ts";

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

/** Every form of a load-time template, for messages. */
export const FORMS = "${env:NAME}, ${file:path} or ${credential:name}";

/** What is found there, or why nothing is. */
export type Found =
  | { readonly value: string }
  | { readonly problem: string; readonly missing: boolean; readonly hint?: string };

/**
 * Looks up what a template names.
 *
 * @param tell is told of it, there or not
 */
export function look(
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
