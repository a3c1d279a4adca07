/** A notice compiled, and filled in for one call. */
import type { Circumstances } from "../circumstances.ts";
import type { NameContext } from "../names/value.ts";
import type { NoticePlan } from "../plan.ts";
import { compileFill, type Fill } from "../templates/fill.ts";
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
  /** A text that is sent as it is, anything else as JSON; undefined: the record of the call. */
  readonly body: unknown;
  /** What it is signed with, if it is. */
  readonly key: string | undefined;
}

/** Compiles a notice. @throws for a template that the configuration should have refused */
export function compileNotice(id: string, plan: NoticePlan, context: NameContext): Notice {
  const { headers, key } = plan;
  const url = plan.url === undefined ? NOTHING : compileUrl(plan.url, context);
  const body = plan.body === undefined ? NOTHING : compileFill(plan.body, context);
  return (circumstances: Circumstances) => ({
    ...{ id, headers, key },
    url: url(circumstances),
    body: body(circumstances),
  });
}

const NOTHING = () => undefined;
