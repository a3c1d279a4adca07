/** Scripts that let shells complete the command line, made from its definition. */
import type { CommandForm, OptionForm } from "./command-line.ts";

/** The shells that there are scripts for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** The script for a shell. */
export function completionScript(shell: Shell, defined: readonly CommandForm[]): string {
  const commands = [...defined, helpOn(defined)];
  switch (shell) {
    case "bash":
      return bashScript(commands);
    case "zsh":
      return zshScript(commands);
    case "fish":
      return fishScript(commands);
  }
}

/** What commander adds to the commands of a program by itself. */
function helpOn(commands: readonly CommandForm[]): CommandForm {
  const choices = commands.map(({ name }) => name);
  return { name: "help", description: "print help for a command", options: [], choices, argument: "command" };
}

/** Options whose value is a file; of others nothing is known. */
const FILES = /^(?:file|directory)$/;

function namesOf({ options, choices }: CommandForm): string {
  const names = options.flatMap(({ short, long }) => [long, ...(short ? [short] : [])]);
  return [...names, ...choices].join(" ");
}

function bashScript(commands: readonly CommandForm[]): string {
  const cases = commands.map((command) => {
    const takers = (isFile: boolean) =>
      command.options
        .filter(({ value }) => value !== undefined && FILES.test(value) === isFile)
        .flatMap(({ short, long }) => [long, ...(short ? [short] : [])]);
    const branches = [
      ...branch(takers(true), "compopt -o default; return"),
      ...branch(takers(false), "return"),
    ];
    const files = FILES.test(command.argument ?? "") ? " [[ $current == -* ]] || compopt -o default" : " :";
    return `    ${command.name})
      case $previous in${branches.map((line) => `\n        ${line}`).join("")}
        *)${files} ;;
      esac
      words="${namesOf(command)}" ;;`;
  });
  return `# Completion for bash. Install it as /etc/bash_completion.d/switchhook.
_switchhook() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    words="${[...commands.map(({ name }) => name), "--help", "--version"].join(" ")}"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _switchhook switchhook
`;
}

function branch(options: readonly string[], does: string): string[] {
  return options.length > 0 ? [`${options.join("|")}) ${does} ;;`] : [];
}

function zshScript(commands: readonly CommandForm[]): string {
  const described = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`);
  const cases = commands.map((command) => {
    const options = command.options.map((option) => `        ${quoted(zshOption(option))}`);
    const { argument, choices } = command;
    const operand =
      choices.length > 0
        ? [`        ${quoted(`:${argument}:(${choices.join(" ")})`)}`]
        : argument === undefined
          ? []
          : [`        ${quoted(`:${argument}:${FILES.test(argument) ? "_files" : ""}`)}`];
    return `    ${command.name})
      _arguments \\
${[...options, ...operand].join(" \\\n")} ;;`;
  });
  return `#compdef switchhook
# Completion for zsh. Install it as _switchhook in a directory of $fpath.
_switchhook() {
  local -a commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
_switchhook "$@"
`;
}

/** `(-c --config)'{-c,--config}'[configuration file]:file:_files`, in one word where there is one form. */
function zshOption({ long, value, description }: OptionForm): string {
  const text = description.replaceAll(/[[\]:]/g, (character) => `\\${character}`);
  const files = value !== undefined && FILES.test(value) ? "_files" : "";
  // What may be given again is not told apart: it does no harm to offer an option twice.
  return `*${long}[${text}]${value === undefined ? "" : `:${value.replaceAll(":", "\\:")}:${files}`}`;
}

function fishScript(commands: readonly CommandForm[]): string {
  const lines = commands.flatMap(({ name, description, options, choices, argument }) => {
    const here = `complete -c switchhook -n '__fish_seen_subcommand_from ${name}'`;
    const takesFiles = FILES.test(argument ?? "") ? [`${here} -F`] : [];
    return [
      `complete -c switchhook -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
      ...options.map(({ short, long, value, description }) => {
        const forms = [...(short ? [`-s ${short.slice(1)}`] : []), `-l ${long.slice(2)}`];
        const takes = value === undefined ? [] : FILES.test(value) ? ["-r", "-F"] : ["-x"];
        return [here, ...forms, ...takes, `-d ${quoted(description)}`].join(" ");
      }),
      ...(choices.length > 0 ? [`${here} -f -a ${quoted(choices.join(" "))}`] : []),
      ...takesFiles,
    ];
  });
  return `# Completion for fish. Install it as ~/.config/fish/completions/switchhook.fish.
complete -c switchhook -f
${lines.join("\n")}
`;
}

/** One word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
