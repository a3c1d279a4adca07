/** The command line: what is common to all commands. */
import { Command, CommanderError } from "commander";
import { COMMANDS } from "./commands/definitions.ts";
import { printableLines, shortened } from "./config/findings/printable.ts";
import { runtimeName } from "./server/runtime.ts";
import { commit, version } from "./version.ts";

/** Exit code for a command line that cannot be understood. */
const USAGE_ERROR = 2;

/**
 * Runs a command line.
 *
 * @param args the arguments behind the program's name
 * @returns the exit code: 0 success, 1 failure, 2 usage error
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = await buildProgram((code) => {
    exitCode = code;
  }, args[0]);
  try {
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
  return exitCode;
}

/**
 * The definition of the command line.
 *
 * @param ended is told the exit code of the command that was run
 * @param named the one command that is wanted, since loading them all takes longer than most of them: all, if there is
 *   none of that name
 */
export async function buildProgram(ended: (exitCode: number) => void, named?: string): Promise<Command> {
  const program = new Command("switchhook")
    .description(
      "The front desk for phone numbers answered by Retell AI agents: decides who takes each call, from one config.toml.",
    )
    .version(
      `switchhook ${version} (commit ${commit}, ${runtimeName})`,
      "-v, --version",
      "print version, commit and runtime",
    )
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText(
      "after",
      `
First steps:
  switchhook init                      write a starter config.toml
  switchhook check                     check it for problems
  switchhook serve                     start answering calls
  switchhook send --to +12137771235 --from +12137771234

Without -c, the configuration is $SWITCHHOOK_CONFIG, ./config.toml or /etc/switchhook/config.toml.
Exit codes: 0 success, 1 failure, 2 usage error.`,
    )
    // What was typed is quoted in errors.
    .configureOutput({ outputError: (text, write) => write(printableLines(shortened(text, 2000))) })
    .exitOverride();

  const wanted = COMMANDS.filter(({ name }) => name === named);
  for (const { name, description, define } of wanted.length > 0 ? wanted : COMMANDS) {
    const command = program
      .command(name)
      .description(description)
      .helpOption("-h, --help", "print help")
      .exitOverride();
    await define(command, {
      running:
        (run) =>
        async (...args) =>
          ended(await run(...args)),
      program: () => buildProgram(ended),
    });
  }
  return program;
}
