/** What tests share: temporary directories, the program in each of its forms, and Retell as the other side. */
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import Retell from "retell-sdk";

/** The checkout. */
export const ROOT: string = resolve(import.meta.dir, "..");

/** The API key of every test. */
export const KEY = "key_0123456789abcdef";

/** The compiled binary, which users get. */
export const BINARY: readonly string[] = [join(ROOT, "dist/switchhook")];

/** The second runtime. */
export const DENO: string = denoBinary();

/** The forms that the program runs in, with the command that starts each. */
export const RUNTIMES: readonly (readonly [name: string, command: readonly string[]])[] = [
  ["the compiled binary", BINARY],
  ["bun main.ts", [process.execPath, join(ROOT, "main.ts")]],
  ["deno run main.ts", denoCommand()],
];

/**
 * Those of which the outcome can differ where it does not matter how the program was put together: `bun main.ts` runs the
 * same sources on the same runtime as the binary.
 */
export const BINARY_AND_DENO: typeof RUNTIMES = RUNTIMES.filter(([name]) => name !== "bun main.ts");

function denoBinary(): string {
  const [binary] = new Bun.Glob("node_modules/@deno/*/deno").scanSync({ cwd: ROOT, absolute: true });
  if (!binary) throw new Error("Cannot test on Deno: `npm ci` did not install it");
  return binary;
}

/** As the README says, with the narrowest permissions that work. */
function denoCommand(): string[] {
  return [
    DENO,
    "run",
    "--no-prompt",
    // Where it listens, and where `send` sends to.
    "--allow-net=127.0.0.1,[::1]",
    // The configuration with its files, where one is looked for, and the code of the thread that loads a changed one.
    `--allow-read=${tmpdir()},/etc/switchhook,${join(ROOT, "src")}`,
    // What `init` writes; `serve` writes nothing but a socket to listen on.
    `--allow-write=${tmpdir()}`,
    // What the configuration takes from the environment, where it is, and what a terminal can show.
    "--allow-env=RETELL_API_KEY,CREDENTIALS_DIRECTORY,STATE_DIRECTORY,SWITCHHOOK_CONFIG,NO_COLOR,TERM,NODE_USE_SYSTEM_CA",
    // Which authorities are trusted, for requests over https.
    "--allow-sys=ca",
    join(ROOT, "main.ts"),
  ];
}

/** The command with more permissions, such as `--allow-net=[::]`, if it is Deno's; the other runtimes ask for none. */
export function allowing(command: readonly string[], ...permissions: readonly string[]): string[] {
  if (!command.includes("--no-prompt")) return [...command];
  return permissions.reduce<string[]>(
    (parts, permission) => {
      const [flag, values] = permission.split("=");
      return parts.map((part) => (part.startsWith(`${flag}=`) ? `${part},${values}` : part));
    },
    [...command],
  );
}

/** The command with the permission to read these environment variables too. */
function allowingEnv(command: readonly string[], env: Readonly<Record<string, string>> = {}): string[] {
  const names = Object.keys(env);
  return names.length > 0 ? allowing(command, `--allow-env=${names.join(",")}`) : [...command];
}

/** A directory of files that removes itself at the end of a block: `await using files = await directory({…})`. */
export interface Directory extends AsyncDisposable {
  readonly path: string;
  /** Writes a file below the directory, in place. */
  write(name: string, text: string | Uint8Array): Promise<void>;
  /** The absolute path of a file below the directory. */
  file(name: string): string;
}

/** Makes a temporary directory with files in it. */
export async function directory(files: Readonly<Record<string, string | Uint8Array>>): Promise<Directory> {
  const path = await mkdtemp(join(tmpdir(), "switchhook-"));
  const file = (name: string) => join(path, name);
  const write = async (name: string, text: string | Uint8Array) => {
    await mkdir(dirname(file(name)), { recursive: true });
    // At once: between the emptying and the writing of a file, a busy machine could let a watcher see it rest.
    writeFileSync(file(name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return { path, file, write, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A configuration whose calls are taken by `agent`. @param more what stands below */
export function agentConfig(agent: string, more = ""): string {
  return `[server]
listen = "127.0.0.1:0"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[numbers."+12137771235"]
agent = "${agent}"
${more}`;
}

/** What a program printed, and how it ended. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a program under test: nothing of the machine's but what finds programs. */
export function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", RETELL_API_KEY: KEY, ...extra };
}

/** Runs the program to its end, at most 50 s. */
export async function run(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const child = Bun.spawn(allowingEnv(command, options.env), {
    cwd: options.cwd ?? ROOT,
    env: environment(options.env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 50_000,
  });
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode, stdout, stderr };
}

/** A running server. */
export interface RunningServer extends AsyncDisposable {
  /** The address of its webhook. */
  readonly url: string;
  readonly pid: number;
  /** Its first line. */
  readonly ready: string;
  /** What it has written to standard error so far. */
  log(): string;
  /** Sends a signal, and waits for the end; SIGKILL after 20 s. */
  stop(signal?: NodeJS.Signals): Promise<number>;
}

/** Starts a server on a configuration file, by default in its directory, and waits until it listens. */
export async function serve(
  command: readonly string[],
  config: string,
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** More arguments of `serve`. */
    readonly args?: readonly string[];
  } = {},
): Promise<RunningServer> {
  const { args = [] } = options;
  const child = Bun.spawn([...allowingEnv(command, options.env), "serve", "-c", config, ...args], {
    cwd: options.cwd ?? dirname(config),
    env: environment(options.env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let log = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) log += decoder.decode(chunk, { stream: true });
  })();
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    const hardEnd = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const exitCode = await child.exited;
    clearTimeout(hardEnd);
    await reading;
    return exitCode;
  };
  const ready = await firstLine(child.stdout);
  const url = /listens on (\S+)/.exec(ready)?.[1];
  if (!url) {
    await stop("SIGKILL");
    throw new Error(`Cannot start the server:\n${ready}${log}`);
  }
  return {
    url,
    ready,
    pid: child.pid,
    log: () => log,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) await stop("SIGKILL");
    },
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = stream.getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text;
}

/** Where the admin listener of a server is, which its log says in JSON: `http://127.0.0.1:8788`. Lines of it are gathered for a moment. */
export async function adminOf(server: RunningServer): Promise<string> {
  const origin = () => /"admin":"([^"]+)"/.exec(server.log())?.[1];
  await until(() => origin() !== undefined);
  return origin() ?? "";
}

/** An inbound call as Retell sends it. */
export function callBody(call: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    event: "call_inbound",
    event_timestamp: Date.now(),
    call_inbound: { from_number: "+12137771234", to_number: "+12137771235", ...call },
  });
}

/** An inbound text as Retell sends it. */
export function textBody(text: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    event: "chat_inbound",
    event_timestamp: Date.now(),
    chat_inbound: { from_number: "+12137771234", to_number: "+12137771235", ...text },
  });
}

/** Posts a body signed by Retell's own SDK. */
export async function post(url: string, body: string, key: string = KEY): Promise<Response> {
  const signature = await Retell.sign(body, key);
  return fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "x-retell-signature": signature },
    signal: AbortSignal.timeout(30_000),
  });
}

/** The answer to a call, which must be a 200. */
export async function ask(
  url: string,
  call: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const response = await post(url, callBody(call));
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Polls until `condition` holds; throws what it last threw, or that it never held, after `timeoutMs`. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 45_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return;
    if (performance.now() > endMs)
      throw new Error(`It did not come true within ${timeoutMs} ms: ${condition}`);
    await Bun.sleep(20);
  }
}
