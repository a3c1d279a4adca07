/** The ports that the pods may reach: those of the servers that the configuration names. */
import { portsNamedIn, SERVER_PORT, type SharedSettings } from "../../../config/read/settings/shared.ts";
import type { Unfilled } from "../../../config/shape/elsewhere.ts";
import type { Good } from "../../config-file.ts";

/** Ports, and what is not certain of them. */
export interface Ports {
  /** Ascending, each once. */
  readonly ports: readonly number[];
  /** In words. */
  readonly doubts: readonly string[];
}

/** The ports of the servers that are asked or told, as far as a configuration says so without its secrets. */
export function portsOf({ config: { routing, shared }, remote, unfilled }: Good): Ports {
  const urls = [
    ...[routing, ...routing.clients].flatMap(({ lookups, notices }) =>
      [...lookups.values(), ...notices.values()].flatMap(({ url }) => url ?? []),
    ),
    ...remote.flatMap(({ source }) => source.url || []),
    ...unfilled.filter(isUrl).map(({ text }) => text.replace(TEMPLATE, "secret")),
  ];
  const { ports, doubts } = shared ? sharedPorts(shared, unfilled.filter(isSharedUrl)) : NONE;
  const all = [...urls.map(portOf), ...ports];
  return { ports: [...new Set(all)].toSorted((a, b) => a - b), doubts };
}

const NONE: Ports = { ports: [], doubts: [] };
const TEMPLATE = /\$\{[^}]*\}/g;

function isUrl({ path }: Unfilled): boolean {
  return path.at(-1) === "url" && path[0] !== "shared";
}

function isSharedUrl({ path }: Unfilled): boolean {
  return path[0] === "shared" && (path[1] === "url" || path[1] === "urls");
}

/** Most servers are on the port of https: so are those whose port is a secret. */
function portOf(text: string): number {
  const url = URL.parse(text);
  return Number(url?.port) || (url?.protocol === "http:" ? 80 : 443);
}

function sharedPorts({ place }: SharedSettings, unfilled: readonly Unfilled[]): Ports {
  switch (place.kind) {
    case "server":
      return { ports: [place.node.port], doubts: [] };
    case "sentinels":
      return { ports: [...place.nodes.map(({ port }) => port), SERVER_PORT], doubts: [SENTINELS_DOUBT] };
    case "cluster":
      return { ports: place.nodes.map(({ port }) => port), doubts: [] };
    case "unknown": {
      const named = unfilled.map(({ text }) => portsNamedIn(text));
      const isHidden = named.includes(undefined);
      const hasSentinels = unfilled.some(({ text }) => /^rediss?[+]sentinel:/i.test(text));
      return {
        ports: [
          ...place.nodes.map(({ port }) => port),
          ...named.flatMap((ports) => ports ?? []),
          ...(isHidden ? [SERVER_PORT] : []),
        ],
        doubts: [...(isHidden ? [HIDDEN_DOUBT] : []), ...(hasSentinels ? [SENTINELS_DOUBT] : [])],
      };
    }
  }
}

/** A URL that is a secret of the cluster may name another port than the usual one. */
const HIDDEN_DOUBT = `the URL of [shared] is not set here, so the NetworkPolicy opens the usual port, ${SERVER_PORT}; if the server listens on another one, set it here too and print again`;

/** Sentinels say where the server is now: its port stands nowhere here. */
const SENTINELS_DOUBT = `the sentinels of [shared] say where the server is, so the NetworkPolicy opens the usual port, ${SERVER_PORT}, besides theirs; if the server listens on another one, add it to the NetworkPolicy`;
