/** `switchhook send`: a signed request to a running server, as Retell would send it. */

import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { request as requestTls } from "node:https";
import { InvalidArgumentError } from "commander";
import { errorCode } from "../config/files/text-file.ts";
import { printable, printableLines, shortened } from "../config/findings/printable.ts";
import { requestBody } from "../retell/request.ts";
import { SIGNATURE_HEADER, signBody } from "../retell/signature.ts";
import { RETELL_TIMEOUT_MS } from "../retell/timing.ts";
import { receive } from "../routing/arrival.ts";
import { compileTable } from "../routing/table/compile.ts";
import { type CallOptions, eventOf } from "./call-options.ts";
import { type Good, loadGoodConfig } from "./config-file.ts";
import { aligned, paintFor, print } from "./terminal.ts";

/** Options of `send`. */
export interface SendOptions extends CallOptions {
  readonly config?: string;
  /** Where to send it; by default where the configuration listens. */
  readonly url?: URL;
  /** The key to sign with; by default the configuration's first one. */
  readonly key?: string;
}

/** How much is shown of an answer, in UTF-16 code units; the URL may be that of anything. */
const LONGEST_BODY = 20_000;

/** Sends a call and prints what came back; exit code 0 where that was an answer, 1 where not. */
export async function send(options: SendOptions): Promise<number> {
  const { url, key } = options;
  const secrets = key === undefined ? "required" : "optional";
  const loaded = url && key !== undefined ? undefined : await loadGoodConfig(options.config, secrets);
  const target = url ? urlTarget(url) : loaded && configTarget(loaded);
  const signingKey = key ?? (loaded && keyFor(options, loaded));
  if (target === undefined || signingKey === undefined) return 1;

  const nowMs = Date.now();
  const body = Buffer.from(JSON.stringify(requestBody(eventOf(options, randomUUID()), nowMs)));
  const signature = signBody(body, signingKey, nowMs);
  const paint = paintFor(process.stdout);
  let answer: Answer;
  const startMs = performance.now();
  try {
    answer = await post(target, body, signature);
  } catch (error) {
    print(
      process.stderr,
      `switchhook: no answer from ${printable(target.shown)}: ${printable(reasonOf(error))}`,
    );
    return 1;
  }
  const tookMs = performance.now() - startMs;
  const rows = [
    ["sent to", printable(target.shown)],
    ["request", printable(body.toString())],
    ["status", paint(answer.status === 200 ? "good" : "error", String(answer.status))],
    ["answer", printableLines(shortened(answer.body, LONGEST_BODY))],
    ["time", `${tookMs.toFixed(1)} ms`],
  ] as const;
  print(process.stdout, ...aligned(rows, ""));
  return answer.status === 200 ? 0 : 1;
}

/** Why there was no answer, for people. */
function reasonOf(error: unknown): string {
  switch (errorCode(error)) {
    case "ECONNREFUSED":
    case "ENOENT":
      return 'nothing is listening there; start the server with "switchhook serve"';
    case "ENOTFOUND":
      return "there is no such host";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** The first key of the account whose number is called. */
function keyFor(options: CallOptions, { config }: Good): string | undefined {
  const table = compileTable(config.routing);
  const { account } = receive(table, eventOf(options, undefined)).scope;
  return config.retell.apiKeys.find(({ client }) => client === account)?.key;
}

interface Target {
  readonly shown: string;
  readonly options: Record<string, string | number>;
  readonly isTls: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Reads the value of `--url`. */
export function readUrl(text: string): URL {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (!url) throw new InvalidArgumentError("It must be a URL that begins with http:// or https://.");
  return url;
}

function urlTarget({ href, protocol, hostname, port, pathname, search }: URL): Target {
  const isTls = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    shown: href,
    isTls,
    options: { host, port: Number(port) || (isTls ? 443 : 80), path: pathname + search },
  };
}

/** Where the server of a configuration listens, as seen from the same machine. */
function configTarget({ config }: Good): Target {
  const { listen, path } = config.server;
  if (listen.kind === "unix") {
    return { shown: `unix:${listen.path} ${path}`, isTls: false, options: { socketPath: listen.path, path } };
  }
  const host = listen.host === "0.0.0.0" ? "127.0.0.1" : listen.host === "::" ? "::1" : listen.host;
  const shown = `http://${host.includes(":") ? `[${host}]` : host}:${listen.port}${path}`;
  return { shown, isTls: false, options: { host, port: listen.port, path } };
}

function post(target: Target, body: Buffer, signature: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      [SIGNATURE_HEADER]: signature,
    };
    const options = { ...target.options, method: "POST", headers, timeout: RETELL_TIMEOUT_MS };
    const outgoing = (target.isTls ? requestTls : request)(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on("timeout", () =>
      outgoing.destroy(new Error(`no response within ${RETELL_TIMEOUT_MS / 1000} s`)),
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
