/** What is sent of a notice. */
import type { FilledNotice } from "../../routing/notices/notice.ts";
import type { CallRecord } from "../observe/record.ts";

/** A notice of one call, ready to be sent. Plain data. */
export interface Message {
  readonly url: string;
  /** By the name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What it is signed with; undefined: it is not signed. */
  readonly key: string | undefined;
  /** Certificates of authorities that are trusted besides the usual ones, as PEM. */
  readonly ca: string | undefined;
}

/**
 * Makes the message of a notice: its own body, or the record of the call as JSON. Undefined where it must not be sent,
 * since a value leads to another path of the receiver.
 */
export function messageOf(
  { url, headers, body, key, ca }: FilledNotice,
  record: CallRecord,
): Message | undefined {
  if (url === undefined) return undefined;
  const [type, text] =
    typeof body === "string"
      ? ["text/plain; charset=utf-8", body]
      : ["application/json", JSON.stringify(body ?? record)];
  return { url, headers: { "content-type": type, ...headers }, body: text, key, ca };
}

/** About how much memory a message takes, in characters. */
export function sizeOf({ url, body }: Message): number {
  return url.length + body.length;
}
