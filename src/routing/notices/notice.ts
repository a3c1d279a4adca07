/** A notice compiled, and filled in for one call. */
import type { Circumstances } from "../circumstances.ts";
import type { NameContext } from "../names/value.ts";
import type { NoticePlan } from "../plan.ts";
import { compileText, type Fill } from "../templates/fill.ts";
import { compileJson } from "../templates/json.ts";
import { compileUrl } from "../templates/url.ts";

/** Fills in what a notice says of a call, whose circumstances have the decision. */
export type Notice = Fill<FilledNotice>;

/** A notice with everything filled in that it says of one call. Plain data. */
export interface FilledNotice {
  /** `client/name`, or `/name` for one of the main file. */
  readonly id: string;
  /** Undefined where a value would lead to another path of the receiver. */
  readonly url: string | undefined;
  /** By the name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: the record of the call. */
  readonly body: FilledBody | undefined;
  /** What it is signed with, if it is. */
  readonly key: string | undefined;
  /** Certificates of authorities, as PEM. */
  readonly ca: string | undefined;
}

/** What is sent. */
export interface FilledBody {
  readonly type: "text" | "json";
  readonly text: string;
}

/** Compiles a notice. @throws for a template that the configuration should have refused */
export function compileNotice(id: string, plan: NoticePlan, context: NameContext): Notice {
  const { headers, key, ca } = plan;
  const url = plan.url === undefined ? NOTHING : compileUrl(plan.url, context);
  const body = plan.body === undefined ? NOTHING : compileBody(plan.body, context);
  return (circumstances: Circumstances) => ({
    ...{ id, headers, key, ca },
    url: url(circumstances),
    body: body(circumstances),
  });
}

/** A text is sent as it is, anything else as JSON. */
function compileBody(body: unknown, context: NameContext): Fill<FilledBody> {
  if (typeof body !== "string") {
    const json = compileJson(body, context);
    return (circumstances) => ({ type: "json", text: json(circumstances) });
  }
  const text = compileText(body, context);
  return (circumstances) => ({ type: "text", text: typeof text === "string" ? text : text(circumstances) });
}

const NOTHING = () => undefined;
