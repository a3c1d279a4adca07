/** An answer, and its bytes. */

/** An answer, but for what the connection adds. */
export interface Answer {
  readonly status: number;
  /** The header lines that come with it, each with its end. */
  readonly headerLines: string;
  /** It is sent whole, so its length is known. A text is UTF-8. */
  readonly body: string | Uint8Array;
  /** Whether it says how long the body is, which of a body left out nobody knows. */
  readonly hasLength: boolean;
  /** Whether the connection must end after it. */
  readonly closes: boolean;
}

/** How an answer is sent. */
export interface Sending {
  /** HEAD gets everything but the body. */
  readonly withBody: boolean;
  /** What it says of the connection, where that is not what the client expects anyhow. */
  readonly connection: "close" | "keep-alive" | undefined;
}

/** Phrases of the statuses that are used; the phrase means nothing, and may be missing. */
const PHRASES: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

/** What the client gets where there is no answer for a fault of ours. */
export const FAULT: Answer = {
  status: 500,
  headerLines: "content-type: application/json\r\n",
  body: '{"error":"internal error"}',
  hasLength: true,
  closes: false,
};

/** That there is to be no answer, and the connection ends: that of a response that is a network error. */
export const NO_ANSWER: Answer = { ...FAULT, closes: true };

/**
 * An answer as it is sent: a text in which every character is a byte, as nearly all are, so that the runtime copies it to the
 * socket and nobody else does; or bytes.
 */
export function answerSent(answer: Answer, { withBody, connection }: Sending): string | Uint8Array {
  const { status, headerLines, body, hasLength } = answer;
  const bodyLength = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const length = hasLength ? `content-length: ${bodyLength}\r\n` : "";
  const about = connection === undefined ? "" : `connection: ${connection}\r\n`;
  const head = `HTTP/1.1 ${status} ${PHRASES[status] ?? ""}\r\n${headerLines}${length}${about}${dateLine()}\r\n`;
  if (!withBody) return head;
  if (typeof body !== "string") return Buffer.concat([Buffer.from(head, "latin1"), body]);
  return bodyLength === body.length
    ? head + body
    : Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}

let dateSecond = 0;
let date = "";

/** When an answer is given: worded once a second. */
function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = `date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return date;
}
