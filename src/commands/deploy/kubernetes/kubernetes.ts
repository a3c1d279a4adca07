/** `switchhook kubernetes`: manifests for a cluster. */
import { InvalidArgumentError } from "commander";
import { printable } from "../../../config/findings/printable.ts";
import { loadConfig } from "../../../config/load.ts";
import type { AdminSettings } from "../../../config/read/settings/admin.ts";
import type { ServerSettings } from "../../../config/read/settings/settings.ts";
import { SECRET_HINT } from "../../../config/shape/fill.ts";
import { kubernetesManifests } from "../../../deploy/kubernetes/manifests.ts";
import { CONFIG_DIRECTORY } from "../../../deploy/kubernetes/options.ts";
import { reportingConfig } from "../../config-file.ts";
import { print } from "../../terminal.ts";
import { contentsOf } from "./contents.ts";
import { portsOf } from "./ports.ts";

/** Options of `kubernetes`. */
export interface KubernetesCommandOptions {
  readonly image: string;
  readonly config?: string;
  /** By default the host of `[server] public_url`. */
  readonly domain?: string;
}

/** Where a server listens whose configuration says what only its own machine can reach. */
const EVERYWHERE = "0.0.0.0";

/** The port, where the configuration says that of a Unix socket: none. */
const PORT = 8787;

/** Prints the manifests; exit code 1 where the configuration has errors, or cannot be mounted as it is. */
export async function kubernetes({
  image,
  config: named,
  domain,
}: KubernetesCommandOptions): Promise<number> {
  // What this machine's systemd says of a state directory does not hold in a pod.
  const { STATE_DIRECTORY: _here, ...env } = process.env;
  const loaded = await reportingConfig(named, async (path) => {
    const all = await loadConfig(path, env, "optional");
    // Secrets are not here: they are in the cluster.
    return { ...all, diagnostics: all.diagnostics.filter(({ hint }) => hint !== SECRET_HINT) };
  });
  if (!loaded) return 1;
  const { server, admin } = loaded.config;
  const contents = contentsOf(loaded);
  const problem = "problem" in contents ? contents.problem : stateProblem(server);
  if ("problem" in contents || problem !== undefined) {
    print(process.stderr, `switchhook: ${printable(problem ?? "")}`);
    return 1;
  }
  const { ports, doubts } = portsOf(loaded);
  for (const doubt of [addressDoubt(server), ...doubts]) {
    if (doubt !== undefined) print(process.stderr, `note: ${doubt}`);
  }
  const manifests = kubernetesManifests({
    ...{ image, contents, path: server.path, state: server.state, ports },
    domain: domain ?? URL.parse(server.publicUrl ?? "")?.hostname,
    listen: placeOf(server),
    adminPort: adminPort(admin),
  });
  print(process.stdout, manifests);
  return 0;
}

/** Reads the value of `--image`: a reference as container runtimes take it. */
export function readImage(text: string): string {
  if (/^[a-z0-9][\w.:/-]*(?:@sha256:[0-9a-f]{64})?$/i.test(text)) return text;
  throw new InvalidArgumentError("It must be a container image such as registry.example/switchhook:0.2.0.");
}

function placeOf({ listen }: ServerSettings): { readonly host: string; readonly port: number } {
  if (listen.kind === "unix") return { host: EVERYWHERE, port: PORT };
  const isWide = listen.host === "::" || listen.host === EVERYWHERE;
  return { host: isWide ? listen.host : EVERYWHERE, port: listen.port || PORT };
}

/** The port of the admin listener, where others than its own pod may reach it. */
function adminPort({ listen }: AdminSettings): number | undefined {
  if (listen?.kind !== "tcp" || /^(?:127\.|localhost$|::1$)/i.test(listen.host)) return undefined;
  return listen.port;
}

function stateProblem({ state }: ServerSettings): string | undefined {
  const isMounted = state === CONFIG_DIRECTORY || state?.startsWith(`${CONFIG_DIRECTORY}/`);
  return isMounted
    ? `\`state\` in [server] is in ${CONFIG_DIRECTORY}, where nothing can be written; use "/var/lib/switchhook"`
    : undefined;
}

/** In a cluster, every call comes from the ingress controller, whose address is none of those that are trusted by default. */
function addressDoubt({ allowIps, trustedProxies }: ServerSettings): string | undefined {
  if (allowIps.length === 0) return undefined;
  const isLocal = ({ address }: { readonly address: string }) => /^(?:127\.|::1$)/.test(address);
  return trustedProxies.every(isLocal)
    ? '`allow_ips` is set, and `trusted_proxies` has only this machine: in a cluster calls come from the ingress controller, so add its network, such as "10.0.0.0/8", or every call is refused'
    : undefined;
}
