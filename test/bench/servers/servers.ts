/** The servers that are compared, and how each is started. All know the same numbers, and are given the same key. */
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { numberOf } from "../calls/numbers.ts";
import { agentOf, type Call, NUMBERS } from "../calls/requests.ts";
import { type Absent, nodeMissing, packagesMissing, toolMissing } from "./needs.ts";
import { EVERYTHING, everythingAnswer, everythingFiles, MINIMAL, minimalFiles } from "./switchhook.ts";

/** A server to measure. */
export interface Server {
  /** What it is called, in tables and in `ONLY`. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  /** Whether it refuses requests that are forged or old. */
  readonly verifies: boolean;
  /** What it must answer. */
  answer(call: Call): unknown;
  command(port: number): Promise<readonly string[]>;
  /** What it needs on the disk: files and folders. */
  readonly files: readonly string[];
  /** What is missing on this machine, once what can be fetched is. */
  absent?(): Absent | undefined;
  readonly cwd?: string;
  /** Where its standard error goes, as a file descriptor. */
  readonly stderr?: number;
}

const PEERS = join(import.meta.dir, "peers");
const BUN = process.execPath;

const routed = ({ to }: Call) => ({ call_inbound: { override_agent_id: agentOf(to) } });

/** Every server. @param dir a directory for their configurations @param builds executables of Switchhook */
export function serversIn(dir: string, builds: readonly string[]): Server[] {
  const agents = Array.from({ length: NUMBERS }, (_, at) => [numberOf(at), agentOf(numberOf(at))] as const);
  const agentsFile = join(dir, "agents.json");
  writeFileSync(agentsFile, JSON.stringify(Object.fromEntries(agents)));
  const onBun = (file: string) => async (port: number) => [BUN, join(PEERS, file), String(port), agentsFile];
  const onNode = (file: string) => async (port: number) => [
    "node",
    join(PEERS, file),
    String(port),
    agentsFile,
  ];
  const absent = () => nodeMissing() ?? packagesMissing(["express", "fastify"]);
  const sdk = { verifies: true, answer: routed } as const;

  return [
    {
      name: "floor",
      about: "bare `Bun.serve`: reads the body, answers a constant",
      verifies: false,
      answer: () => ({ call_inbound: { override_agent_id: "agent_0000" } }),
      command: onBun("floor.ts"),
      files: [BUN],
    },
    {
      name: "limit",
      about: "bare `Bun.serve` with the work that nobody can leave out",
      verifies: true,
      answer: routed,
      command: onBun("limit.ts"),
      files: [BUN],
    },
    {
      ...sdk,
      name: "hono",
      about: "Hono and `retell-sdk` on Bun, by hand",
      command: onBun("hono.ts"),
      files: [BUN, "hono", "retell-sdk"],
    },
    {
      ...sdk,
      name: "fastify",
      about: "fastify and `retell-sdk` on Node",
      command: onNode("fastify.mjs"),
      files: ["node", "fastify", "retell-sdk"],
      absent,
    },
    {
      ...sdk,
      name: "express",
      about: "the server of Retell's documentation: express and `retell-sdk` on Node, `verify` awaited",
      command: onNode("express.mjs"),
      files: ["node", "express", "retell-sdk"],
      absent,
    },
    debianWebhook(dir, agents),
    ...builds.flatMap((build) => switchhooks(dir, build, builds.length > 1 ? ` ${build}` : "")),
  ];
}

/**
 * Debian's `webhook` can compare an HMAC of the body, and Retell's is of the body and the time; it can see that the header
 * has the right form. It has one answer for a hook; one for each number takes a program that it runs for each call, of
 * which `cat` is about the smallest there is.
 */
function debianWebhook(dir: string, agents: readonly (readonly [string, string])[]): Server {
  const answers = join(dir, "webhook-answers");
  mkdirSync(answers);
  for (const [number, agent] of agents) {
    const answer = { call_inbound: { override_agent_id: agent } };
    writeFileSync(join(answers, number), JSON.stringify(answer));
  }
  const match = (regex: string, source: string, name: string) => ({
    match: { type: "regex", regex, parameter: { source, name } },
  });
  const hooks = join(dir, "hooks.json");
  writeFileSync(
    hooks,
    JSON.stringify([
      {
        id: "webhook",
        "execute-command": "/bin/cat",
        "command-working-directory": answers,
        "include-command-output-in-response": true,
        "response-headers": [{ name: "Content-Type", value: "application/json" }],
        "pass-arguments-to-command": [{ source: "payload", name: "call_inbound.to_number" }],
        "trigger-rule": {
          and: [
            match("^v=[0-9]+,d=[0-9a-f]{64}$", "header", "X-Retell-Signature"),
            match("^[+][0-9]+$", "payload", "call_inbound.to_number"),
          ],
        },
        "trigger-rule-mismatch-http-response-code": 401,
      },
    ]),
  );
  const listen = ["-ip", "127.0.0.1", "-urlprefix", ""];
  return {
    name: "webhook",
    about: "Debian's `webhook`, which cannot check Retell's signature, and runs `cat` for each call",
    verifies: false,
    answer: routed,
    command: async (port) => ["webhook", "-hooks", hooks, ...listen, "-port", String(port)],
    files: ["webhook"],
    absent: () => toolMissing("webhook"),
  };
}

/** A build of Switchhook, in both set-ups. */
function switchhooks(dir: string, build: string, suffix: string): Server[] {
  const setUps = [
    { name: MINIMAL, about: "numbers and agents, nothing else", files: minimalFiles, answer: routed },
    {
      name: EVERYTHING,
      about: "deny and allow lists, templates, a log file, metrics, history",
      files: everythingFiles,
      answer: everythingAnswer,
    },
  ];
  return setUps.map(({ name, about, files, answer }, at): Server => {
    const home = join(dir, `${at}${build.replaceAll("/", "_")}`);
    mkdirSync(home);
    return {
      name: name + suffix,
      about,
      verifies: true,
      answer,
      command: async (port) => {
        for (const [file, text] of Object.entries(files(port))) writeFileSync(join(home, file), text);
        return [build, "serve", "-c", join(home, "config.toml")];
      },
      files: [build],
      cwd: home,
      // Where a service manager would put it.
      stderr: openSync(join(home, "log"), "a", 0o600),
    };
  });
}
