/** `switchhook completion`: lets a shell complete the command line. */
import type { Command } from "commander";
import { commandLine } from "../../deploy/command-line.ts";
import { completionScript, type Shell } from "../../deploy/completion.ts";
import { print } from "../terminal.ts";

/** Prints the script for a shell; exit code 0. */
export async function completion(shell: Shell, program: Command): Promise<number> {
  print(process.stdout, completionScript(shell, commandLine(program)).trimEnd());
  return 0;
}
