/** Every command: its name, its options and its help. */
import { Argument, type Command } from "commander";
import type { GivenHistory } from "../config/judge/expectations/given-history.ts";
import type { Shell } from "../deploy/completion.ts";
import type { ProxyName, ProxyOptions } from "../deploy/proxies.ts";
import type { GivenLookups } from "./configuration/lookups.ts";
import type { ProxyCommandOptions } from "./deploy/proxy.ts";

/** What a command is defined with. */
export interface Definition {
  /** Makes of a command what commander calls. */
  running<Args extends unknown[]>(run: (...args: Args) => Promise<number>): (...args: Args) => Promise<void>;
  /** The whole command line. */
  program(): Promise<Command>;
}

/** A command, in a few words. */
export interface CommandDefinition {
  readonly name: string;
  readonly description: string;
  /** Adds its arguments, its options and what it does, which is loaded then. */
  define(command: Command, definition: Definition): Promise<void>;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: "serve",
    description: "answer Retell's webhook; reload the configuration when it changes",
    async define(command, { running }) {
      const { readListenOption } = await import("./deploy/listen-place.ts");
      const { serve } = await import("./server/serve.ts");
      withConfig(command)
        .option(
          "--listen <address>",
          "where to listen, in place of what the configuration says, as containers need it",
          readListenOption,
        )
        .action(running(serve));
    },
  },
  {
    name: "check",
    description: "report every problem in the configuration",
    async define(command, { running }) {
      const { check } = await import("./configuration/check/check.ts");
      withConfig(command)
        .option("--json", "print one JSON object")
        .option("--strict", "treat warnings as errors")
        .option("--coverage", "list what no [[expect]] tests")
        .option("--online", "ask the URLs and look-ups of the configuration too, and check what they answer")
        .action(running(check));
    },
  },
  {
    name: "explain",
    description: "show how a call would be handled, step by step, and the exact response",
    async define(command, { running }) {
      const { addCallOptions, readHistory } = await import("./call-options.ts");
      const { readLookupOption } = await import("./configuration/lookups.ts");
      const { explain } = await import("./configuration/explain.ts");
      addCallOptions(withConfig(command))
        .option(
          "--at <time>",
          'time of the call, such as "2026-12-25T10:00[America/Los_Angeles]" (default: now)',
        )
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
        .action(running(explain));
    },
  },
  {
    name: "replay",
    description: "decide recorded calls anew, and show those that would go elsewhere",
    async define(command, { running }) {
      const { replay } = await import("./configuration/replay/replay.ts");
      withConfig(command)
        .argument("<path>", "a file of the history, its directory, or the state directory")
        .option("--json", "print one JSON object")
        .action(running(replay));
    },
  },
  {
    name: "send",
    description: "send a signed call to a running server, as Retell would",
    async define(command, { running }) {
      const { addCallOptions } = await import("./call-options.ts");
      const { readUrl, send } = await import("./server/send.ts");
      addCallOptions(withConfig(command))
        .option("--url <url>", "URL to send to (default: where the configuration listens)", readUrl)
        .option("--key <key>", "API key to sign with (default: the configuration's)")
        .action(running(send));
    },
  },
  {
    name: "reload",
    description: "make a running server read its configuration again; fails where that is refused",
    async define(command, { running }) {
      const { reload } = await import("./server/reload.ts");
      (await asking(command)).action(running(reload));
    },
  },
  {
    name: "status",
    description: "show how a running server is doing",
    async define(command, { running }) {
      const { status } = await import("./server/status.ts");
      (await asking(command)).action(running(status));
    },
  },
  {
    name: "doctor",
    description: "compare the configuration with what the Retell account has; changes nothing",
    async define(command, { running }) {
      const { doctor } = await import("./account/doctor/doctor.ts");
      withConfig(command)
        .option("--json", "print one JSON object")
        .option("--strict", "treat warnings, and what could not be checked, as errors")
        .action(running(doctor));
    },
  },
  {
    name: "import",
    description: "write a first config.toml from what the Retell account has; never overwrites",
    async define(command, { running }) {
      const { importAccount } = await import("./account/import/import.ts");
      command
        .option("--out <file>", 'file to write; "-" for standard output', "config.toml")
        .action(running(importAccount));
    },
  },
  {
    name: "connect",
    description: "set the webhook URL of the account's numbers to this server, after a test call",
    async define(command, { running }) {
      const { connect, readConnectUrl } = await import("./account/connect/connect.ts");
      withConfig(command)
        .option("--url <url>", "what Retell should call (default: [server] public_url)", readConnectUrl)
        .option<string[]>(
          "--number <number>",
          "change this number only, also if no entry matches it (repeatable)",
          collect,
        )
        .option("--dry-run", "show what would change, and change nothing")
        .option("--yes", "do not ask")
        .action(running(connect));
    },
  },
  {
    name: "init",
    description: "write a commented starter config.toml; never overwrites",
    async define(command, { running }) {
      const { init } = await import("./configuration/init.ts");
      command
        .argument("[directory]", "directory to write to", ".")
        .action(running((directory: string) => init(directory)));
    },
  },
  {
    name: "schema",
    description: "print the JSON Schema of config.toml, for editors",
    async define(command, { running }) {
      const { schema } = await import("./configuration/schema.ts");
      command.option("--client", "print the schema of a client file instead").action(running(schema));
    },
  },
  {
    name: "systemd",
    description: "print a systemd unit for this machine",
    async define(command, { running }) {
      const { readListenOption } = await import("./deploy/listen-place.ts");
      const { systemd } = await import("./deploy/systemd.ts");
      withConfig(command)
        .option("--socket", "print the unit of the socket instead, in which calls wait during a restart")
        .option(
          "--listen <address>",
          "where the server listens (default: as the configuration says)",
          readListenOption,
        )
        .action(running(systemd));
    },
  },
  {
    name: "proxy",
    description: "print what a reverse proxy needs to hand calls on, with TLS",
    async define(command, { running }) {
      const { PROXIES } = await import("../deploy/proxies.ts");
      const { proxy, readDomain, readServers } = await import("./deploy/proxy.ts");
      withConfig(command)
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
        .action(running((kind: ProxyName, options: ProxyCommandOptions) => proxy(kind, options)));
    },
  },
  {
    name: "kubernetes",
    description: "print manifests for a Kubernetes cluster, with the configuration in them",
    async define(command, { running }) {
      const { readDomain } = await import("./deploy/proxy.ts");
      const { kubernetes, readImage } = await import("./deploy/kubernetes/kubernetes.ts");
      withConfig(command)
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
        .action(running(kubernetes));
    },
  },
  {
    name: "completion",
    description: "print a script that completes this command line in a shell",
    async define(command, { running, program }) {
      const { SHELLS } = await import("../deploy/completion.ts");
      const { completion } = await import("./deploy/completion.ts");
      command
        .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
        .action(running(async (shell: Shell) => completion(shell, await program())));
    },
  },
];

function withConfig(command: Command): Command {
  return command.option("-c, --config <file>", "configuration file");
}

/** The options of the commands that ask a running server. */
async function asking(command: Command): Promise<Command> {
  const { readAdminOption } = await import("./server/admin-client.ts");
  return withConfig(command)
    .option(
      "--admin <address>",
      "where the server is asked: a URL, or unix:/path (default: where the configuration says)",
      readAdminOption,
    )
    .option("--json", "print one JSON object");
}

/** Collects a repeatable option. */
function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
