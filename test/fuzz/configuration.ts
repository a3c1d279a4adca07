/** Fuzzing `loadConfig`: real configurations with changes, and what must hold of whatever comes out. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { eventOf } from "../../src/commands/call-options.ts";
import { plain, reportOf } from "../../src/config/findings/report.ts";
import { type Config, type Loaded, loadConfig } from "../../src/config/load.ts";
import { answerText } from "../../src/retell/answer.ts";
import { FIRST_CALL } from "../../src/routing/circumstances.ts";
import { explainCall } from "../../src/routing/decide.ts";
import { fillNotices } from "../../src/routing/notices/fill.ts";
import { compileTable } from "../../src/routing/table/compile.ts";
import { RECIPES } from "../../tools/reference.ts";
import { RECIPE_ENV } from "../config/recipe-env.ts";
import { directory, ROOT } from "../harness.ts";
import { readScenario } from "../scenarios/format.ts";
import { mutated } from "./mutate.ts";
import type { Random } from "./random.ts";

/** Files by name; the configuration is `config.toml`. */
export type Files = Readonly<Record<string, Uint8Array>>;

const ACCOUNT = '\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** Configurations to begin with: the example, the recipes, and those of the scenarios. */
export function corpus(): Files[] {
  const example = { ...filesIn("test/example", "test/example/"), "config.toml": read("config.example.toml") };
  const recipes = filesIn("test/recipes", "");
  const fromRecipes = RECIPES.map((name) => ({
    ...companionsOf(recipes),
    "config.toml": withAccount(recipes[name]),
  }));
  const fromScenarios = [...new Bun.Glob("**/*.scenario").scanSync(join(ROOT, "test/scenarios"))]
    .sort()
    .map((name) => {
      const { files } = readScenario(Buffer.from(read(`test/scenarios/${name}`)).toString());
      const bytes = Object.entries(files).map(
        ([file, text]) => [file, new Uint8Array(Buffer.from(text))] as const,
      );
      return {
        ...Object.fromEntries(bytes),
        "config.toml": withAccount(Buffer.from(files["config.toml"] ?? "")),
      };
    });
  return [example, ...fromRecipes, ...fromScenarios];
}

function companionsOf(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).filter(([name]) => !RECIPES.some((recipe) => recipe === name)),
  );
}

function filesIn(folder: string, prefix: string): Record<string, Uint8Array> {
  const names = [...new Bun.Glob("**/*").scanSync(join(ROOT, folder))].sort();
  return Object.fromEntries(names.map((name) => [prefix + name, read(`${folder}/${name}`)]));
}

function read(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(ROOT, path)));
}

function withAccount(bytes: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(bytes).toString();
  return new Uint8Array(Buffer.from(text.includes("[retell]") ? text : text + ACCOUNT));
}

/** A configuration of the corpus with changes in one or several files. */
export function randomFiles(from: readonly Files[], random: Random): Files {
  const files = { ...random.pick(from) };
  const others = Object.values(random.pick(from));
  const names = Object.keys(files);
  for (let times = random.once(4) ? 2 : 1; times > 0; times--) {
    const name = random.once(3) ? random.pick(names) : "config.toml";
    files[name] = mutated(files[name] ?? new Uint8Array(), others, random);
  }
  return files;
}

/** What is wrong with how a configuration is loaded; undefined where nothing is. */
export async function problemWith(files: Files): Promise<string | undefined> {
  await using dir = await directory(files);
  let loaded: Loaded;
  try {
    loaded = await loadConfig(dir.file("config.toml"), RECIPE_ENV);
  } catch (error) {
    return `loadConfig threw ${firstLine(error)}`;
  }
  const { config, diagnostics } = loaded;
  if (!config && !diagnostics.some(({ severity }) => severity === "error"))
    return "the configuration is refused, and no error says why";
  for (const { file, line, column, message } of diagnostics) {
    const name = relative(dir.path, file);
    const text = files[name] && Buffer.from(files[name]).toString();
    if (text !== undefined && !isInside(text, line, column))
      return `a diagnostic is outside its file: ${name}:${line}:${column}: ${message.slice(0, 100)}`;
  }
  try {
    const report = reportOf(diagnostics, plain);
    const control = /[\p{Cc}\p{Bidi_Control}]/u.exec(report.replaceAll(/[\n\t]/g, ""))?.[0];
    if (control) return `a report holds the control character ${JSON.stringify(control)}`;
  } catch (error) {
    return `reportOf threw ${firstLine(error)}`;
  }
  return config && problemWithCalls(config);
}

/** One behind the end of a line, and of the file, is a place too: there something is missing. */
function isInside(text: string, line: number, column: number): boolean {
  const lines = text.split(/\r\n|\r|\n/);
  const found = lines[line - 1];
  return found !== undefined && column >= 1 && column <= found.length + 2;
}

const CALLS = [
  { to: "+12137771235", from: "+12137771234", header: { "x-tier": "gold ${call_id}" } },
  { to: "+12125550100", from: "anonymous" },
  { to: "+12125550100", from: "+525512345678" },
  { to: "+12137771235", from: "sip:alice@example.com", sms: true },
  { to: "", from: "" },
] as const;

function problemWithCalls(config: Config): string | undefined {
  try {
    const table = compileTable(config.routing);
    for (const call of CALLS) {
      const event = eventOf(call, "call_1");
      for (const isOver of [false, true]) {
        const over = new Set(isOver ? config.routing.limits.keys() : []);
        const facts = {
          nowMs: 1_800_000_000_000,
          drawKey: "x",
          over,
          flags: table.flags,
          lookups: new Map(),
          history: FIRST_CALL,
        };
        const { arrival, facts: known, decision } = explainCall(table, event, facts);
        JSON.parse(answerText(event.channel, decision));
        for (const { url, body } of fillNotices(arrival, known, decision)) {
          JSON.stringify(body);
          if (url !== undefined && !URL.canParse(url)) return `a notice would be sent to ${url}`;
        }
      }
    }
    return undefined;
  } catch (error) {
    return `a valid configuration cannot decide a call: ${firstLine(error)}`;
  }
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split("\n", 1)[0] ?? "";
}
