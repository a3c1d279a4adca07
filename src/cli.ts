/** The command line: every command, its options and its help. */
import { Argument, Command, CommanderError } from "commander";
import { connect, readConnectUrl } from "./commands/account/connect/connect.ts";
import { doctor } from "./commands/account/doctor/doctor.ts";
import { importAccount } from "./commands/account/import/import.ts";
import { addCallOptions, readHistory } from "./commands/call-options.ts";
import { check } from "./commands/configuration/check/check.ts";
import { explain } from "./commands/configuration/explain.ts";
import { init } from "./commands/configuration/init.ts";
import { type GivenLookups, readLookupOption } from "./commands/configuration/lookups.ts";
import { replay } from "./commands/configuration/replay/replay.ts";
import { schema } from "./commands/configuration/schema.ts";
import { completion } from "./commands/deploy/completion.ts";
import { kubernetes, readImage } from "./commands/deploy/kubernetes/kubernetes.ts";
import { readListenOption } from "./commands/deploy/listen-place.ts";
import { type ProxyCommandOptions, proxy, readDomain, readServers } from "./commands/deploy/proxy.ts";
import { systemd } from "./commands/deploy/systemd.ts";
import { readAdminOption } from "./commands/server/admin-client.ts";
import { reload } from "./commands/server/reload.ts";
import { readUrl, send } from "./commands/server/send.ts";
import { serve } from "./commands/server/serve.ts";
import { status } from "./commands/server/status.ts";
import { printableLines, shortened } from "./config/findings/printable.ts";
import type { GivenHistory } from "./config/judge/expectations/given-history.ts";
import { SHELLS, type Shell } from "./deploy/completion.ts";
import { PROXIES, type ProxyName, type ProxyOptions } from "./deploy/proxies.ts";
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
  const program = buildProgram((code) => {
    exitCode = code;
  });
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
 */
export function buildProgram(ended: (exitCode: number) => void): Command {
  const run =
    <Args extends unknown[]>(command: (...args: Args) => Promise<number>) =>
    async (...args: Args) =>
      ended(await command(...args));

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

  const command = (name: string, description: string) =>
    program.command(name).description(description).helpOption("-h, --help", "print help").exitOverride();
  const withConfig = (name: string, description: string) =>
    command(name, description).option("-c, --config <file>", "configuration file");

  withConfig("serve", "answer Retell's webhook; reload the configuration when it changes")
    .option(
      "--listen <address>",
      "where to listen, in place of what the configuration says, as containers need it",
      readListenOption,
    )
    .action(run(serve));

  withConfig("check", "report every problem in the configuration")
    .option("--json", "print one JSON object")
    .option("--strict", "treat warnings as errors")
    .option("--coverage", "list what no [[expect]] tests")
    .option("--online", "ask the URLs and look-ups of the configuration too, and check what they answer")
    .action(run(check));

  addCallOptions(
    withConfig("explain", "show how a call would be handled, step by step, and the exact response"),
  )
    .option("--at <time>", 'time of the call, such as "2026-12-25T10:00[America/Los_Angeles]" (default: now)')
    .option<string[]>("--over <limit>", "treat this limit as reached (repeatable)", collect)
    .option<GivenHistory>(
      "--history <part=value>",
      "the caller's earlier calls: calls=3, last=2026-12-24 or last_agent=sales (repeatable; default: none)",
      readHistory,
    )
    .option<string[]>(
      "--exists <file>",
      "treat this file of an exists condition as present (repeatable)",
      collect,
    )
    .option<GivenLookups>(
      "--lookup <name=result>",
      'what this look-up finds: JSON, "missing" or "failed" (repeatable; default: missing)',
      readLookupOption,
    )
    .option("--live", "ask the look-ups that are not given over the network")
    .option("--expect", "print an [[expect]] entry for this case, ready to paste")
    .option("--json", "print one JSON object")
    .action(run(explain));

  withConfig("replay", "decide recorded calls anew, and show those that would go elsewhere")
    .argument("<path>", "a file of the history, its directory, or the state directory")
    .option("--json", "print one JSON object")
    .action(run(replay));

  addCallOptions(withConfig("send", "send a signed call to a running server, as Retell would"))
    .option("--url <url>", "URL to send to (default: where the configuration listens)", readUrl)
    .option("--key <key>", "API key to sign with (default: the configuration's)")
    .action(run(send));

  const asking = (name: string, description: string) =>
    withConfig(name, description)
      .option(
        "--admin <address>",
        "where the server is asked: a URL, or unix:/path (default: where the configuration says)",
        readAdminOption,
      )
      .option("--json", "print one JSON object");

  asking("reload", "make a running server read its configuration again; fails where that is refused").action(
    run(reload),
  );

  asking("status", "show how a running server is doing").action(run(status));

  withConfig("doctor", "compare the configuration with what the Retell account has; changes nothing")
    .option("--json", "print one JSON object")
    .option("--strict", "treat warnings, and what could not be checked, as errors")
    .action(run(doctor));

  command("import", "write a first config.toml from what the Retell account has; never overwrites")
    .option("--out <file>", 'file to write; "-" for standard output', "config.toml")
    .action(run(importAccount));

  withConfig("connect", "set the webhook URL of the account's numbers to this server, after a test call")
    .option("--url <url>", "what Retell should call (default: [server] public_url)", readConnectUrl)
    .option<string[]>(
      "--number <number>",
      "change this number only, also if no entry matches it (repeatable)",
      collect,
    )
    .option("--dry-run", "show what would change, and change nothing")
    .option("--yes", "do not ask")
    .action(run(connect));

  command("init", "write a commented starter config.toml; never overwrites")
    .argument("[directory]", "directory to write to", ".")
    .action(run((directory: string) => init(directory)));

  command("schema", "print the JSON Schema of config.toml, for editors")
    .option("--client", "print the schema of a client file instead")
    .action(run(schema));

  withConfig("systemd", "print a systemd unit for this machine")
    .option("--socket", "print the unit of the socket instead, in which calls wait during a restart")
    .option(
      "--listen <address>",
      "where the server listens (default: as the configuration says)",
      readListenOption,
    )
    .action(run(systemd));

  withConfig("proxy", "print what a reverse proxy needs to hand calls on, with TLS")
    .addArgument(new Argument("<proxy>", "the proxy").choices(PROXIES))
    .option(
      "--domain <name>",
      "the host name that Retell calls, such as calls.example (default: that of [server] public_url)",
      readDomain,
    )
    .option<ProxyOptions["servers"]>(
      "--listen <address>",
      "where a server listens; repeatable, for several machines (default: as the configuration says)",
      readServers,
    )
    .action(run((kind: ProxyName, options: ProxyCommandOptions) => proxy(kind, options)));

  withConfig("kubernetes", "print manifests for a Kubernetes cluster, with the configuration in them")
    .requiredOption(
      "--image <image>",
      "the container image, such as registry.example/switchhook:0.2.0",
      readImage,
    )
    .option(
      "--domain <name>",
      "the host name that Retell calls (default: that of [server] public_url); without one there is no Ingress",
      readDomain,
    )
    .action(run(kubernetes));

  command("completion", "print a script that completes this command line in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action(run((shell: Shell) => completion(shell, program)));
  return program;
}

/** Collects a repeatable option. */
function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
