/** What the command line takes, as plain data: for completion in shells, and for the manual. */
import type { Command, Option } from "commander";

/** An option of a command. */
export interface OptionForm {
  /** `-c`; undefined where it has none. */
  readonly short: string | undefined;
  /** `--config` */
  readonly long: string;
  /** What its value is called, such as `file`; undefined where it takes none. */
  readonly value: string | undefined;
  readonly description: string;
}

/** A command. */
export interface CommandForm {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionForm[];
  /** Words that its argument may be; empty where that is anything, or there is none. */
  readonly choices: readonly string[];
  /** What its argument is called; undefined where it takes none. */
  readonly argument: string | undefined;
}

/** Every command of a program, as it defines them. */
export function commandLine(program: Command): readonly CommandForm[] {
  return program.commands.map((command) => {
    const [argument] = command.registeredArguments;
    // With `--help`, which is in no list of the definition.
    const options = command.createHelp().visibleOptions(command);
    return {
      name: command.name(),
      description: command.description(),
      options: options.map(optionForm),
      choices: argument?.argChoices ?? [],
      argument: argument?.name(),
    };
  });
}

function optionForm({ short, long, flags, description }: Option): OptionForm {
  const value = /[<[](.*)[>\]]/.exec(flags)?.[1];
  return { short, long: long ?? "", value, description };
}
