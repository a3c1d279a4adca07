/** Retell's REST API on loopback, as far as an account is read and its numbers set: Retell's SDK takes it for the real one. */
import { KEY } from "./harness.ts";

/** A number as the API has it. */
export interface WireNumber {
  phone_number: string;
  nickname?: string | null;
  inbound_agents?: { agent_id: string; weight: number; agent_version?: string | number }[] | null;
  inbound_sms_agents?: { agent_id: string; weight: number; agent_version?: string | number }[] | null;
  inbound_webhook_url?: string | null;
  inbound_sms_webhook_url?: string | null;
  allowed_inbound_country_list?: string[] | null;
  fallback_number?: string | null;
}

/** An agent as a test says it: with its versions. */
export interface WireAgent {
  agent_id: string;
  agent_name?: string;
  channel?: "voice" | "chat";
  tags?: Record<string, { version?: number }>;
  /** By default the published version 0. */
  versions?: { version: number; is_published: boolean }[];
  engine?: "retell-llm" | "conversation-flow" | "custom-llm";
}

/** What the account has. */
export interface WireAccount {
  org_name?: string;
  numbers?: WireNumber[];
  agents?: WireAgent[];
  voices?: string[];
  knowledgeBases?: string[];
  concurrency?: number;
  /** The keys that are accepted, each with the paths it may not ask; default: {@link KEY} may all. */
  keys?: Readonly<Record<string, readonly string[]>>;
}

/** An answer of the test's own for a path; undefined: the usual one. */
export type Instead = (
  request: Request,
  count: number,
) => Response | undefined | Promise<Response | undefined>;

/** A running account: `await using account = accountServer({ numbers: […] })`. */
export interface AccountServer extends AsyncDisposable {
  /** For `RETELL_BASE_URL`. */
  readonly url: string;
  readonly account: WireAccount;
  /** What came, in order: `GET /get-concurrency`, with the query of versions and pages. */
  readonly requests: readonly string[];
  /** The most requests that were under way at a time. */
  readonly mostAtOnce: number;
  /** From now on answers a path otherwise; `count` is how often it was asked, from 1. */
  instead(path: string, answer: Instead): void;
}

/** The error form of the API. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ status: "error", message }, { status, headers });
}

/** Starts the API of an account. @param pageItems the most items of a page, whatever is asked for */
export function accountServer(account: WireAccount, pageItems = 1000): AccountServer {
  const requests: string[] = [];
  const overrides = new Map<string, Instead>();
  const counts = new Map<string, number>();
  let [underWay, mostAtOnce] = [0, 0];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 255,
    async fetch(request) {
      const url = new URL(request.url);
      requests.push(`${request.method} ${decodeURIComponent(url.pathname)}${shownQuery(url)}`);
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      try {
        const count = (counts.get(url.pathname) ?? 0) + 1;
        counts.set(url.pathname, count);
        const other = await overrides.get(url.pathname)?.(request, count);
        return other ?? (await answer(request, url, account, pageItems));
      } finally {
        underWay--;
      }
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    account,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    instead: (path, other) => overrides.set(path, other),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function shownQuery({ searchParams }: URL): string {
  const shown = ["version", "pagination_key"].flatMap((name) =>
    searchParams.has(name) ? [`${name}=${searchParams.get(name)}`] : [],
  );
  return shown.length > 0 ? `?${shown.join("&")}` : "";
}

async function answer(
  request: Request,
  url: URL,
  account: WireAccount,
  pageItems: number,
): Promise<Response> {
  const key = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  const forbidden = (account.keys ?? { [KEY]: [] })[key ?? ""];
  if (!forbidden) return refusal(401, "Invalid API key");
  const [, call = "", id = ""] = /^\/((?:v2\/)?[^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  if (forbidden.some((path) => path === `/${call}`)) return refusal(403, "API key lacks the required scope");
  const { numbers = [], agents = [], voices = [], knowledgeBases = [], concurrency = 20 } = account;
  const list = (items: readonly unknown[]) => page(items, url, pageItems);
  switch (`${request.method} ${call}`) {
    case "GET get-api-key-info":
      return Response.json({ api_key_name: "test", org_name: account.org_name ?? "Acme" });
    case "GET v2/list-phone-numbers":
      return list(numbers.map(wireNumber));
    case "POST v2/list-agents":
      if (!request.headers.get("content-type")?.startsWith("application/json"))
        return refusal(400, "not JSON");
      return list(agents.map(wireAgent));
    case "GET list-agent-versions": {
      const agent = agents.find((one) => one.agent_id === id);
      return agent ? list(versionsOf(agent)) : refusal(422, "Agent not found");
    }
    case "GET get-agent":
    case "GET get-chat-agent": {
      const channel = call === "get-agent" ? "voice" : "chat";
      const agent = agents.find((one) => one.agent_id === id && (one.channel ?? "voice") === channel);
      return agent ? oneAgent(agent, url.searchParams.get("version")) : refusal(422, "Agent not found");
    }
    case "GET list-voices":
      return Response.json(
        voices.map((voice) => ({
          voice_id: voice,
          voice_name: voice,
          provider: "cartesia",
          gender: "female",
        })),
      );
    case "GET list-knowledge-bases":
      return Response.json(
        knowledgeBases.map((base) => ({
          knowledge_base_id: base,
          knowledge_base_name: base,
          status: "complete",
        })),
      );
    case "GET get-concurrency":
      return Response.json({
        ...{ current_concurrency: 0, concurrency_limit: concurrency, base_concurrency: concurrency },
        ...{ purchased_concurrency: 0, concurrency_burst_limit: 0, concurrency_burst_enabled: false },
      });
    case "PATCH update-phone-number": {
      const number = numbers.find((one) => one.phone_number === id);
      if (!number) return refusal(422, "Phone number not found");
      Object.assign(number, await request.json());
      return Response.json(wireNumber(number));
    }
    default:
      return refusal(404, "Not found");
  }
}

/** A page as the API gives it; the key of the next one is the place where it begins. */
function page(items: readonly unknown[], { searchParams }: URL, pageItems: number): Response {
  const limit = Number(searchParams.get("limit") ?? 50);
  if (!(limit >= 1 && limit <= 1000)) return refusal(400, "limit must be from 1 to 1000");
  const from = Number(searchParams.get("pagination_key") ?? 0);
  const to = from + Math.min(limit, pageItems);
  const hasMore = to < items.length;
  return Response.json({
    items: items.slice(from, to),
    has_more: hasMore,
    ...(hasMore && { pagination_key: String(to) }),
  });
}

function wireNumber(number: WireNumber) {
  return {
    ...{ phone_number_type: "retell-twilio", last_modification_timestamp: 1_700_000_000_000 },
    phone_number_pretty: number.phone_number,
    ...number,
  };
}

function wireAgent({ agent_id, agent_name = agent_id, channel = "voice", tags = {} }: WireAgent) {
  return { agent_id, agent_name, channel, tags, user_modified_timestamp: 1_700_000_000_000 };
}

function versionsOf({ versions = [{ version: 0, is_published: true }] }: WireAgent) {
  return versions.map((version) => ({ ...version, last_modification_timestamp: 1_700_000_000_000 }));
}

function oneAgent(agent: WireAgent, wanted: string | null): Response {
  const versions = versionsOf(agent);
  const latest = Math.max(...versions.map(({ version }) => version));
  const published = versions.filter((one) => one.is_published).map(({ version }) => version);
  const tag = wanted === null ? undefined : agent.tags?.[wanted];
  const version =
    wanted === null || wanted === "latest"
      ? latest
      : wanted === "latest_published"
        ? Math.max(...published)
        : tag
          ? (tag.version ?? latest)
          : Number(wanted);
  if (!versions.some((one) => one.version === version)) return refusal(422, "Version not found");
  const { engine = "retell-llm" } = agent;
  const response_engine =
    engine === "retell-llm"
      ? { type: engine, llm_id: "llm_1", version }
      : engine === "custom-llm"
        ? { type: engine, llm_websocket_url: "wss://llm.example" }
        : { type: engine, conversation_flow_id: "conversation_flow_1", version };
  return Response.json({
    ...{ agent_id: agent.agent_id, agent_name: agent.agent_name, version, response_engine },
    ...(agent.channel === "chat" ? {} : { voice_id: "cartesia-Anna", channel: "voice" }),
    ...{ is_published: published.includes(version), last_modification_timestamp: 1_700_000_000_000 },
  });
}
