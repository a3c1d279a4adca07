/** From a `Response` to an answer; and the `Response` that is one already, which nearly every request gets. */
import { type Answer, NO_ANSWER } from "./answer.ts";
import { standIn } from "./stand-in.ts";

/** What a response is besides its text. */
interface ResponseInit {
  readonly status?: number;
  /** Headers beside `content-type`, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response with JSON in it, ready to be sent: nothing of it has to be read. @param json is well-formed, on any number of lines */
export function jsonResponse(json: string, { status = 200, headers = NONE }: ResponseInit = {}): Response {
  // What it has not itself, it has through `standIn`, which no type can tell.
  return new ReadyResponse(json, status, headers) as unknown as Response;
}

/** What of a response goes over the wire: at once where its text is there, else when it is read to its end. */
export function answerOf(response: Response, method: string): Answer | Promise<Answer> {
  return response instanceof ReadyResponse ? response.answer : readAnswer(response, method);
}

const NONE: Readonly<Record<string, string>> = {};
const JSON_TYPE = "application/json";
const TYPE_LINE = `content-type: ${JSON_TYPE}\r\n`;

/** What the connection says itself. */
const OF_THE_CONNECTION = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

async function readAnswer(response: Response, method: string): Promise<Answer> {
  const { status } = response;
  if (response.type === "error") return NO_ANSWER;
  let headerLines = "";
  let closes = false;
  let type: string | undefined;
  response.headers.forEach((value, name) => {
    if (name === "connection") closes = /\bclose\b/i.test(value);
    if (OF_THE_CONNECTION.has(name)) return;
    if (name === "content-type") type = value;
    headerLines += `${name}: ${value}\r\n`;
  });
  let body: string | Uint8Array;
  // A text is cheaper, and of JSON, which is always UTF-8, nothing is lost.
  if (type === "application/json") body = await response.text();
  else if (type !== undefined || !response.body) body = await response.bytes();
  else {
    // The type of a text, which in Bun nothing else tells.
    const blob = await response.blob();
    if (blob.type !== "") headerLines += `content-type: ${blob.type}\r\n`;
    body = await blob.bytes();
  }
  // RFC 9110, section 8.6.
  const hasLength = status !== 204 && status !== 304 && (method !== "HEAD" || body.length > 0);
  return { status, headerLines, body, hasLength, closes };
}

/** Holds what is sent; a `Response` is made where somebody wants one. */
class ReadyResponse {
  readonly status: number;
  readonly #json: string;
  readonly #headers: Readonly<Record<string, string>>;
  #standard: Response | undefined;

  constructor(json: string, status: number, headers: Readonly<Record<string, string>>) {
    this.#json = json;
    this.status = status;
    this.#headers = headers;
  }

  get answer(): Answer {
    const headers = this.#headers;
    let headerLines = TYPE_LINE;
    let closes = false;
    if (headers !== NONE) {
      for (const [name, value] of Object.entries(headers)) {
        if (name === "connection") closes = value === "close";
        else headerLines += `${name}: ${value}\r\n`;
      }
    }
    return { status: this.status, headerLines, body: this.#json, hasLength: true, closes };
  }

  /** Everything else of a `Response`. */
  get standard(): Response {
    this.#standard ??= new Response(this.#json, {
      status: this.status,
      headers: { ...this.#headers, "content-type": JSON_TYPE },
    });
    return this.#standard;
  }
}

standIn(ReadyResponse.prototype, Response.prototype);
