/** Notices: who is told of a call when it is decided, and what. */
import type { Arrival, Record } from "./arrival.ts";
import { circumstancesOf, type Facts } from "./circumstances.ts";
import type { AppliedNotice, Decision, Origin, RuleName } from "./decision.ts";
import type { NameContext } from "./names/value.ts";
import type { NoticePlan } from "./plan.ts";
import type { Rule } from "./table/table.ts";
import { compileFill, type Fill } from "./templates/fill.ts";
import { compileUrl } from "./templates/url.ts";

/** A notice, compiled. */
export interface Notice {
  /** `client/name`, or `/name` for one of the main file. */
  readonly id: string;
  readonly url: Fill<string | undefined>;
  /** By the name in lower case. */
  readonly headers: Readonly<{ [name: string]: string }>;
  /** Undefined where it tells the record. */
  readonly body: Fill<unknown> | undefined;
  readonly key: string | undefined;
}

/** A notice with everything filled in that it says of one call. Plain data. */
export interface FilledNotice {
  readonly id: string;
  /** Undefined where a value would lead to another path of the receiver. */
  readonly url: string | undefined;
  readonly headers: Readonly<{ [name: string]: string }>;
  /** A text that is sent as it is, anything else as JSON; undefined: the record of the call. */
  readonly body: unknown;
  /** What it is signed with, if it is. */
  readonly key: string | undefined;
}

/** Compiles a notice. @throws for a template that the configuration should have refused */
export function compileNotice(id: string, plan: NoticePlan, context: NameContext): Notice {
  const { url, headers, body, key } = plan;
  return {
    id,
    url: url === undefined ? () => undefined : compileUrl(url, context),
    headers,
    body: body === undefined ? undefined : compileFill(body, context),
    key,
  };
}

/** The places that name notices, each by their ids. */
interface Places {
  readonly defaults: readonly string[];
  readonly number: readonly string[];
  /** Those that apply. */
  readonly rules: readonly Rule[];
}

const NONE: readonly never[] = [];

/** The notices that tell of a call, by their ids, each once: those of all places. */
export function notifiedBy({ defaults, number, rules }: Places, record?: Record): readonly string[] {
  if (defaults.length + number.length === 0 && rules.every(({ notify }) => notify.length === 0)) return NONE;
  const notices = new Map<string, AppliedNotice>();
  const add = (ids: readonly string[], origin: Origin, rule?: RuleName) => {
    for (const id of ids) if (!notices.has(id)) notices.set(id, { id, origin, rule });
  };
  add(defaults, "defaults");
  add(number, "number");
  for (const { notify, continues, id } of rules) add(notify, "rule", continues ? id : undefined);
  record?.({ kind: "notify", notices: [...notices.values()] });
  return [...notices.keys()];
}

/** What each notice says that tells of a call. */
export function fillNotices({ scope, ...arrival }: Arrival, facts: Facts, decision: Decision): FilledNotice[] {
  if (decision.notify.length === 0) return [];
  const circumstances = { ...circumstancesOf(arrival, facts), decision };
  return decision.notify.map((id) => {
    const { url, headers, body, key } = scope.notice(id);
    return { id, url: url(circumstances), headers, body: body?.(circumstances), key };
  });
}
