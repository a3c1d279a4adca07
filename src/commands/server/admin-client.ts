/** Asking a running server, for `status` and `reload`. */
import { InvalidArgumentError } from "commander";
import { type GenericSchema, type InferOutput, safeParse } from "valibot";
import { loadAdmin } from "../../config/load-admin.ts";
import type { AdminSettings } from "../../config/read/settings/admin.ts";
import { adminAddress } from "../../server/admin/address.ts";
import { INTENT_HEADER } from "../../server/admin/guard.ts";
import { systemVariable } from "../../server/runtime.ts";
import { findConfig } from "../config-file.ts";
import { addressTarget, exchange, exchangeProblem, type Target, urlTarget } from "../exchange.ts";

/** Options of the commands that ask a running server. */
export interface AdminOptions {
  readonly config?: string;
  /** Where the server is: a URL, or `unix:` and the path of a socket. */
  readonly admin?: string;
  readonly json?: true;
}

/** Where systemd puts the sockets of the unit that `switchhook systemd` prints. */
const UNIT_DIRECTORY = "/run/switchhook";

/** A reload of a large configuration may take a while on a busy machine; in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Asks a running server for a report, or says why there is none. */
export async function askServer<Schema extends GenericSchema>(
  { config, admin }: AdminOptions,
  method: "GET" | "POST",
  path: string,
  schema: Schema,
): Promise<{ readonly report: InferOutput<Schema> } | { readonly problem: string }> {
  const found = await findServer(config, admin, path);
  if ("problem" in found) return found;
  const { target, token, advice } = found;
  const headers = {
    // Whatever the socket or the address is called: the server takes this machine's own name.
    host: "localhost",
    ...(method === "POST" && { [INTENT_HEADER]: "1" }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  try {
    const { status, body } = await exchange(target, { method, headers, timeoutMs: TIMEOUT_MS });
    if (status === 401) return { problem: `${target.shown} asks for a token other than [admin] token` };
    const read = safeParse(schema, jsonIn(body));
    if (read.success) return { report: read.output };
    return { problem: `${target.shown} is not the admin listener of a Switchhook: it answered ${status}` };
  } catch (error) {
    return { problem: `no answer from ${target.shown}: ${exchangeProblem(error, advice)}` };
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the value of `--admin`. */
export function readAdminOption(text: string): string {
  const isUrl = /^https?:\/\//i.test(text) && URL.canParse(text);
  if (isUrl || /^unix:./s.test(text)) return text;
  throw new InvalidArgumentError("It must be a URL such as http://127.0.0.1:8788, or unix:/path/to/socket.");
}

type Found =
  | {
      readonly target: Target;
      readonly token: string | undefined;
      /** What to do where nothing is listening, other than to start the server. */
      readonly advice?: string;
    }
  | { readonly problem: string };

/** As the option says, else as the configuration does, else where systemd puts the socket. */
async function findServer(
  config: string | undefined,
  admin: string | undefined,
  path: string,
): Promise<Found> {
  const file = findConfig(config);
  const settings = file === undefined ? NOTHING_SAID : await loadAdmin(file, process.env);
  if (admin !== undefined) {
    const target = admin.startsWith("unix:")
      ? addressTarget({ kind: "unix", path: admin.slice("unix:".length) }, path)
      : urlTarget(new URL(path, admin));
    return { target, token: "problem" in settings ? undefined : settings.token };
  }
  if ("problem" in settings) {
    return { problem: `cannot read [admin] of ${file}: ${settings.problem}; name the server with --admin` };
  }
  const address = adminAddress(settings, systemVariable("RUNTIME_DIRECTORY") || UNIT_DIRECTORY);
  const found = { target: addressTarget(address, path), token: settings.token };
  return settings.listen === undefined ? { ...found, advice: adviceWithout(file) } : found;
}

/** A server that somebody started by hand has an admin listener only where its configuration says so. */
function adviceWithout(file: string | undefined): string {
  return file === undefined
    ? "name a configuration that says where the server is with -c, or the server with --admin"
    : `if the server runs without systemd, add [admin] with listen = "127.0.0.1:8788" to ${file}, and start it anew`;
}

const NOTHING_SAID: AdminSettings = { listen: undefined, token: undefined };
