/** The command line in this process: what it does is the same as in one of its own, without the cost of starting it. */
import { runCli } from "../../src/cli.ts";
import { environment, type Finished } from "../harness.ts";

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line as `run(BINARY, …)` of the harness does. Working directory, environment and standard streams are
 * those of this process for as long as it takes, so one runs after the other. Not for `serve`, which listens to signals.
 */
export function runHere(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const turn = last.then(() => captured(args, options));
  last = turn.catch(() => {});
  return turn;
}

async function captured(
  args: readonly string[],
  { cwd = process.cwd(), env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Finished> {
  const before = { cwd: process.cwd(), env: { ...process.env } };
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  process.chdir(cwd);
  setEnvironment(environment(env));
  try {
    const exitCode = await runCli(args);
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    setEnvironment(before.env);
    process.chdir(before.cwd);
    stdout.release();
    stderr.release();
  }
}

/** Keeps what is written to a stream, which is no terminal meanwhile. */
function capture(stream: NodeJS.WriteStream) {
  const { write, isTTY } = stream;
  let text = "";
  stream.write = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  stream.isTTY = false;
  return {
    text: () => text,
    release() {
      stream.write = write;
      stream.isTTY = isTTY;
    },
  };
}

function setEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) process.env[name] = value;
}
