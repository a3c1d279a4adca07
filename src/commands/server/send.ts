/** `switchhook send`: a signed request to a running server, as Retell would send it. */

import { randomUUID } from "node:crypto";
import { InvalidArgumentError } from "commander";
import { printable, printableLines, shortened } from "../../config/findings/printable.ts";
import { requestBody } from "../../retell/request.ts";
import { SIGNATURE_HEADER, signBody } from "../../retell/signature.ts";
import { RETELL_TIMEOUT_MS } from "../../retell/timing.ts";
import { receive } from "../../routing/arrival.ts";
import { compileTable } from "../../routing/table/compile.ts";
import { type CallOptions, eventOf } from "../call-options.ts";
import { type Good, loadGoodConfig } from "../config-file.ts";
import { addressTarget, exchange, exchangeProblem, type Incoming, urlTarget } from "../exchange.ts";
import { aligned, paintFor, print } from "../terminal.ts";

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
  const target = url
    ? urlTarget(url)
    : loaded && addressTarget(loaded.config.server.listen, loaded.config.server.path);
  const signingKey = key ?? (loaded && keyFor(options, loaded));
  if (target === undefined || signingKey === undefined) return 1;

  const nowMs = Date.now();
  const body = Buffer.from(JSON.stringify(requestBody(eventOf(options, randomUUID()), nowMs)));
  const signature = signBody(body, signingKey, nowMs);
  const paint = paintFor(process.stdout);
  let answer: Incoming;
  const startMs = performance.now();
  try {
    answer = await exchange(target, {
      method: "POST",
      headers: { "content-type": "application/json", [SIGNATURE_HEADER]: signature },
      body,
      timeoutMs: RETELL_TIMEOUT_MS,
    });
  } catch (error) {
    print(
      process.stderr,
      `switchhook: no answer from ${printable(target.shown)}: ${printable(exchangeProblem(error))}`,
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

/** The first key of the account whose number is called. */
function keyFor(options: CallOptions, { config }: Good): string | undefined {
  const table = compileTable(config.routing);
  const { account } = receive(table, eventOf(options, undefined)).scope;
  return config.retell.apiKeys.find(({ client }) => client === account)?.key;
}

/** Reads the value of `--url`. */
export function readUrl(text: string): URL {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (!url) throw new InvalidArgumentError("It must be a URL that begins with http:// or https://.");
  return url;
}
