/** What a Retell account has. */
import type * as v from "valibot";
import {
  agentDetails,
  agentItem,
  agentVersion,
  concurrency,
  keyInfo,
  knowledgeBase,
  phoneNumber,
  readAs,
  voice,
} from "./answers.ts";
import type { Api, ApiRequest, ApiResult } from "./api.ts";
import { readPages } from "./pages.ts";

/** An agent bound to a number, which gets a call that no webhook decides. */
export interface BoundAgent {
  readonly id: string;
  /** A number, a tag, `latest` or `latest_published`; undefined where the number does not say. */
  readonly version: number | string | undefined;
  /** The part of the calls it gets, where several are bound. */
  readonly weight: number;
}

/** A phone number. */
export interface AccountNumber {
  /** In E.164 form; a SIP trunk's may be another text. */
  readonly number: string;
  readonly nickname: string | undefined;
  readonly agents: readonly BoundAgent[];
  readonly textAgents: readonly BoundAgent[];
  readonly webhookUrl: string | undefined;
  readonly textWebhookUrl: string | undefined;
  /** The countries that may call, as ISO 3166-1 codes; empty: all may. */
  readonly countries: readonly string[];
  /** Who gets a call when the account has no call free. */
  readonly fallback: string | undefined;
}

/** An agent. */
export interface AccountAgent {
  readonly id: string;
  readonly name: string | undefined;
  /** What it takes: calls, texts, or something that is not known here. */
  readonly channel: "voice" | "chat" | undefined;
  /** The version that each tag is assigned to; undefined where it is assigned to none. */
  readonly tags: ReadonlyMap<string, number | undefined>;
}

/** A version of an agent. */
export interface AgentVersion {
  readonly version: number;
  /** Else it is a draft. */
  readonly isPublished: boolean;
}

/** How many calls the account may have at once. */
export interface Capacity {
  readonly calls: number;
  /** With surcharge; undefined where it may have no more. */
  readonly burst: number | undefined;
  /** Kept for inbound calls, of these. */
  readonly inbound: number | undefined;
}

/** Whose a key is. */
export interface KeyOwner {
  readonly organisation: string | undefined;
  readonly keyName: string | undefined;
}

/** The kinds of engines that an agent answers with, by Retell's names; others may come. */
export type EngineType = "retell-llm" | "conversation-flow" | "custom-llm" | (string & {});

/** Asks what an account has, anew each time. */
export class Account {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Whose the key is. */
  async owner(): Promise<ApiResult<KeyOwner>> {
    const read = await this.#read({ method: "GET", path: "/get-api-key-info" }, keyInfo);
    return mapped(read, ({ org_name: organisation, api_key_name: keyName }) => ({
      organisation: organisation ?? undefined,
      keyName: keyName ?? undefined,
    }));
  }

  async numbers(): Promise<ApiResult<readonly AccountNumber[]>> {
    const read = await readPages(this.#api, { method: "GET", path: "/v2/list-phone-numbers" }, phoneNumber);
    return mapped(read, (items) => items.map(numberOf));
  }

  /** Those for calls and those for texts. */
  async agents(): Promise<ApiResult<readonly AccountAgent[]>> {
    const request: ApiRequest = { method: "POST", path: "/v2/list-agents", body: {} };
    const read = await readPages(this.#api, request, agentItem);
    return mapped(read, (items) => items.map(agentOf));
  }

  /** The versions of an agent. */
  async versions(id: string): Promise<ApiResult<readonly AgentVersion[]>> {
    const path = `/list-agent-versions/${encodeURIComponent(id)}`;
    const read = await readPages(this.#api, { method: "GET", path }, agentVersion);
    return mapped(read, (items) =>
      items.map(({ version, is_published: isPublished }) => ({ version, isPublished })),
    );
  }

  /** What an agent answers with, at a version. */
  async engine(
    { id, channel }: Pick<AccountAgent, "id" | "channel">,
    version: number | string | undefined,
  ): Promise<ApiResult<EngineType>> {
    const kind = channel === "chat" ? "get-chat-agent" : "get-agent";
    const query = version === undefined ? "" : `?version=${encodeURIComponent(version)}`;
    const path = `/${kind}/${encodeURIComponent(id)}${query}`;
    const read = await this.#read({ method: "GET", path }, agentDetails);
    return mapped(read, ({ response_engine: { type } }) => type);
  }

  /** The ids of all voices that agents may have. */
  async voices(): Promise<ApiResult<ReadonlySet<string>>> {
    const read = await readPages(this.#api, { method: "GET", path: "/list-voices" }, voice);
    return mapped(read, (items) => new Set(items.map(({ voice_id: id }) => id)));
  }

  /** The ids of all knowledge bases. */
  async knowledgeBases(): Promise<ApiResult<ReadonlySet<string>>> {
    const read = await readPages(this.#api, { method: "GET", path: "/list-knowledge-bases" }, knowledgeBase);
    return mapped(read, (items) => new Set(items.map(({ knowledge_base_id: id }) => id)));
  }

  async capacity(): Promise<ApiResult<Capacity>> {
    const read = await this.#read({ method: "GET", path: "/get-concurrency" }, concurrency);
    return mapped(read, (found) => ({
      calls: found.concurrency_limit,
      burst: found.concurrency_burst_limit || undefined,
      inbound: found.reserved_inbound_concurrency || undefined,
    }));
  }

  /** Sets the URLs that Retell calls for a number; one that is not given stays. */
  async setWebhooks(
    number: string,
    { calls, texts }: { readonly calls?: string | undefined; readonly texts?: string | undefined },
  ): Promise<ApiResult<AccountNumber>> {
    const path = `/update-phone-number/${encodeURIComponent(number)}`;
    const body = {
      ...(calls !== undefined && { inbound_webhook_url: calls }),
      ...(texts !== undefined && { inbound_sms_webhook_url: texts }),
    };
    return mapped(await this.#read({ method: "PATCH", path, body }, phoneNumber), numberOf);
  }

  async #read<Schema extends v.GenericSchema>(
    request: ApiRequest,
    schema: Schema,
  ): Promise<ApiResult<v.InferOutput<Schema>>> {
    const result = await this.#api.ask(request);
    if (result.kind !== "ok") return result;
    const read = readAs(schema, result.value);
    return "value" in read
      ? { kind: "ok", value: read.value }
      : { kind: "unreadable", problem: read.problem };
  }
}

function mapped<From, To>(result: ApiResult<From>, to: (value: From) => To): ApiResult<To> {
  return result.kind === "ok" ? { kind: "ok", value: to(result.value) } : result;
}

function numberOf(item: v.InferOutput<typeof phoneNumber>): AccountNumber {
  return {
    number: item.phone_number,
    nickname: item.nickname || undefined,
    agents: (item.inbound_agents ?? []).map(boundOf),
    textAgents: (item.inbound_sms_agents ?? []).map(boundOf),
    webhookUrl: item.inbound_webhook_url || undefined,
    textWebhookUrl: item.inbound_sms_webhook_url || undefined,
    countries: item.allowed_inbound_country_list ?? [],
    fallback: item.fallback_number || undefined,
  };
}

function boundOf({
  agent_id: id,
  weight,
  agent_version: version,
}: NonNullable<v.InferOutput<typeof phoneNumber>["inbound_agents"]>[number]): BoundAgent {
  return { id, weight, version: version ?? undefined };
}

function agentOf({
  agent_id: id,
  agent_name: name,
  channel,
  tags,
}: v.InferOutput<typeof agentItem>): AccountAgent {
  return {
    id,
    name: name || undefined,
    channel: channel === "voice" || channel === "chat" ? channel : undefined,
    tags: new Map(Object.entries(tags ?? {}).map(([tag, { version }]) => [tag, version])),
  };
}
