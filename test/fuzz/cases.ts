/** Inputs that were found to go wrong once, kept in files to be tried again by a normal test. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpus, type Files, problemWith, randomFiles } from "./configuration.ts";
import { Random } from "./random.ts";
import { desks, problemWithAnswer, randomRequest, type Sent } from "./request.ts";

/** An input of one of the two targets. */
export type Input =
  | { readonly target: "configuration"; readonly files: Files }
  | { readonly target: "request"; readonly sent: Sent; readonly desk: number };

const FOLDER = join(import.meta.dir, "cases");

/** The names of the cases that are kept. */
export const caseNames: readonly string[] = (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
  .filter((name) => name.endsWith(".json"))
  .sort();

let known: Awaited<ReturnType<typeof desks>> | undefined;

/** What is wrong with how the program takes an input; undefined where nothing is. */
export async function problemOf(input: Input): Promise<string | undefined> {
  if (input.target === "configuration") return await problemWith(input.files);
  known ??= await desks();
  const desk = known[input.desk];
  if (!desk) throw new Error(`there is no desk ${input.desk}`);
  return await problemWithAnswer(input.sent, desk);
}

/** The inputs of a seed, by number: each can be made again without those before it. */
export function inputsOf(seed: number): (index: number) => Input {
  const from = corpus();
  return (index) => {
    const random = new Random(seed, index);
    return index % 2 === 0
      ? { target: "configuration", files: randomFiles(from, random) }
      : { target: "request", sent: randomRequest(random), desk: random.once(4) ? 1 : 0 };
  };
}

/** Keeps an input as a case. @returns the path of its file */
export function keep(name: string, input: Input, problem: string): string {
  const path = join(FOLDER, `${name}.json`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ problem, input }, asText, 2)}\n`);
  return path;
}

/** Reads a case that was kept. */
export function readCase(name: string): Input {
  const { input } = JSON.parse(readFileSync(join(FOLDER, name), "utf8"), asBytes) as {
    readonly input: Input;
  };
  return input;
}

/** Bytes are written as text where they are UTF-8, so that a case can be read. */
function asText(_key: string, value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  const text = Buffer.from(value).toString();
  return Buffer.from(text).equals(value) ? { text } : { base64: Buffer.from(value).toString("base64") };
}

function asBytes(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 1) return value;
  if ("text" in value && typeof value.text === "string") return new Uint8Array(Buffer.from(value.text));
  if ("base64" in value && typeof value.base64 === "string")
    return new Uint8Array(Buffer.from(value.base64, "base64"));
  return value;
}
