/** The manual page, made from the definition of the command line. */
import { buildProgram } from "../../src/cli.ts";
import { type CommandForm, commandLine } from "../../src/deploy/command-line.ts";
import { version } from "../../src/version.ts";

/** switchhook(1), in the man macros. @param date of the release: `2026-11-27` */
export async function manual(date: string): Promise<string> {
  const program = await buildProgram(() => {});
  return `.TH SWITCHHOOK 1 ${date} "switchhook ${version}" "User Commands"
.SH NAME
switchhook \\- decides who takes each call to numbers answered by Retell AI agents
.SH SYNOPSIS
.B switchhook
.I command
.RI [ option \\ ...]
.SH DESCRIPTION
${roff(program.description())}
.PP
It answers Retell's inbound webhook from one configuration file, and follows the file while it runs.
.SH COMMANDS
${commandLine(program).map(commandText).join("\n")}
.SH FILES
.TP
.I config.toml
The configuration: what \\-c names, else what $SWITCHHOOK_CONFIG names, else ./config.toml, else
/etc/switchhook/config.toml.
.SH ENVIRONMENT
.TP
.B SWITCHHOOK_CONFIG
The configuration file, where \\-c names none.
.TP
.B NO_COLOR
If it is set, nothing is printed in colour.
.PP
Whatever a configuration takes with ${roff("${env:NAME}")}.
.SH EXIT STATUS
0 success, 1 failure, 2 usage error.
.SH EXAMPLES
.EX
switchhook init
switchhook check
switchhook serve
switchhook send \\-\\-to +12137771235 \\-\\-from +12137771234
.EE
`;
}

function commandText({ name, description, options, argument }: CommandForm): string {
  const operand = argument === undefined ? "" : ` \\fI${roff(argument)}\\fR`;
  const rows = options.map(({ short, long, value, description }) => {
    const forms = [...(short ? [short] : []), long].map((form) => `\\fB${roff(form)}\\fR`).join(", ");
    const taken = value === undefined ? "" : ` \\fI${roff(value)}\\fR`;
    return `.TP\n${forms}${taken}\n${roff(sentence(description))}`;
  });
  return [`.SS "${roff(name)}${operand}"`, roff(sentence(description)), ...rows].join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A text in which nothing is taken for a command of roff. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/^([.'])/gm, "\\&$1");
}
