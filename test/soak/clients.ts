/** Who calls: honest clients in all their ways, and strangers. */

import { Agent, request } from "node:http";
import { SIGNATURE_HEADER, signBody } from "../../src/retell/signature.ts";
import type { Random } from "../fuzz/random.ts";
import { KEY } from "../harness.ts";
import { connectRaw, destinationOf, requestHead } from "../raw-http.ts";
import { isUnanswered, objectionTo, type Sequence, type SoakCall } from "./expected.ts";
import { BLOCKED, contactNumber, LIMIT, LINES } from "./tables.ts";

/** What clients do, and how often each of it is chosen. */
const KINDS = {
  call: 30,
  "look-up": 10,
  "look-up that fails": 10,
  text: 4,
  blocked: 4,
  "held answer": 4,
  "retries up to a limit": 2,
  "slow client": 6,
  "dropped connection": 6,
  "forged signature": 6,
  "no request at all": 4,
} as const;
type Kind = keyof typeof KINDS;
const CHOICES = Object.entries(KINDS).flatMap(([kind, times]) => Array<Kind>(times).fill(kind as Kind));

/** What became of the calls. */
export interface Tally {
  /** How often each kind came, by its name. */
  readonly kinds: Map<string, number>;
  /** How many answers were judged, and right. */
  right: number;
  /** How many requests of strangers were refused as they must be. */
  refused: number;
  /** What was wrong, in words. */
  readonly wrong: string[];
  /** When look-ups failed whose service was well, in milliseconds of `performance.now()`. */
  readonly unanswered: number[];
  /** The ids of calls that were answered, each with the number of the table of its first answer, where that tells it. */
  readonly answered: Map<string, string | undefined>;
  /** The longest that an answer took which nothing held, in milliseconds. */
  longestMs: number;
}

/** A proxy's connections: kept, as long as it needs not too many. */
const CONNECTIONS = new Agent({ keepAlive: true, maxFreeSockets: 16 });

/** An answer, and when it was there. */
interface Reply {
  readonly status: number;
  readonly body: string;
  readonly untilMs: number;
}

/** The clients of one server. */
export class Clients {
  readonly tally: Tally = {
    ...{
      kinds: new Map(),
      right: 0,
      refused: 0,
      wrong: [],
      unanswered: [],
      answered: new Map(),
      longestMs: 0,
    },
  };
  readonly #url: string;
  readonly #sequence: Sequence;
  readonly #random: Random;
  readonly #now: () => number;
  #count = 0;

  /** @param now the server's clock, by which requests are signed, in milliseconds since the epoch */
  constructor(url: string, sequence: Sequence, random: Random, now: () => number) {
    this.#url = url;
    this.#sequence = sequence;
    this.#random = random;
    this.#now = now;
  }

  /** Lets one client do something, and resolves when it has done it. */
  async next(): Promise<void> {
    const kind = this.#random.pick(CHOICES);
    this.tally.kinds.set(kind, (this.tally.kinds.get(kind) ?? 0) + 1);
    try {
      await this.#do(kind);
    } catch (error) {
      this.tally.wrong.push(`${kind}: ${error}`);
    }
  }

  /** One plain call, so that the table in force is known. */
  async ask(): Promise<void> {
    await this.#plain(this.#newCall("front", contactNumber(this.#count)));
  }

  async #do(kind: Kind): Promise<void> {
    const caller = this.#caller();
    switch (kind) {
      case "call":
        return this.#plain(this.#newCall(this.#random.pick(["front", "known"]), caller));
      case "look-up":
        return this.#plain(this.#newCall("crm", caller));
      case "look-up that fails":
        return this.#plain(this.#newCall("shaky", caller));
      case "text":
        return this.#plain({ ...this.#newCall("front", caller), isText: true });
      case "blocked":
        return this.#plain(this.#newCall(this.#random.pick(["front", "crm"]), BLOCKED));
      case "held answer":
        return this.#plain(this.#newCall("held", caller), true);
      case "retries up to a limit":
        return this.#upToLimit();
      case "slow client":
        return this.#slow(this.#newCall("front", caller));
      case "dropped connection":
        return this.#drop(this.#newCall("held", caller));
      case "forged signature":
        return this.#forge(this.#newCall("front", caller));
      case "no request at all":
        return this.#garbage();
    }
  }

  #caller(): string {
    const at = this.#random.below(400);
    return this.#random.once(2) ? contactNumber(at) : `+1213777${String(1000 + at)}`;
  }

  #newCall(line: SoakCall["line"], from: string): SoakCall {
    this.#count++;
    return { id: `call_${this.#count}`, line, from, isText: false, isOver: false, earlier: 0 };
  }

  async #plain(call: SoakCall, isHeld = false): Promise<void> {
    const fromMs = performance.now();
    const reply = await this.#post(call);
    this.#judge(call, fromMs, reply);
    if (!isHeld) this.tally.longestMs = Math.max(this.tally.longestMs, reply.untilMs - fromMs);
  }

  /** A caller who rings until the limit is reached, and once more; each call is tried twice, as Retell does. */
  async #upToLimit(): Promise<void> {
    const from = `+1310${String(1_000_000 + this.#count)}`;
    for (let earlier = 0; earlier <= LIMIT; earlier++) {
      const call = { ...this.#newCall("limited", from), earlier, isOver: earlier === LIMIT };
      const firstMs = performance.now();
      const first = await this.#post(call);
      await Bun.sleep(this.#random.below(300));
      const secondMs = performance.now();
      const second = await this.#post(call);
      this.#judge(call, firstMs, first);
      this.#judge(call, secondMs, second);
      if (tableOf(first) === tableOf(second) && first.body !== second.body)
        this.tally.wrong.push(`${call.id}: a retry got ${second.body}, and the first try ${first.body}`);
    }
  }

  /** Sends its request in pieces, over two seconds. */
  async #slow(call: SoakCall): Promise<void> {
    using connection = await connectRaw(destinationOf(this.#url));
    const bytes = Buffer.from(this.#request(call));
    const fromMs = performance.now();
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 10)) {
      connection.send(bytes.subarray(at, at + Math.ceil(bytes.length / 10)));
      await Bun.sleep(this.#random.below(200));
    }
    const { status, body } = await connection.answer();
    this.#judge(call, fromMs, { status, body, untilMs: performance.now() });
  }

  /** Hangs up: in the middle of its request, or while its answer is held. */
  async #drop(call: SoakCall): Promise<void> {
    const connection = await connectRaw(destinationOf(this.#url));
    const request = this.#request(call);
    connection.send(this.#random.once(2) ? request : request.slice(0, this.#random.below(request.length)));
    await Bun.sleep(this.#random.below(500));
    if (this.#random.once(2)) connection.reset();
    else connection.hangUp();
  }

  async #forge(call: SoakCall): Promise<void> {
    const body = bodyOf(call);
    const [first, second] = [this.#signed(body), this.#signed(`${body} `)];
    const signature = this.#random.pick([second, first.replace(/.$/, "x"), first.replace(/^v=/, "v=1"), ""]);
    const { status, body: said } = await this.#send(body, signature);
    this.#expect(status === 401, `a forged signature got ${status} ${said}`);
  }

  async #garbage(): Promise<void> {
    using connection = await connectRaw(destinationOf(this.#url));
    connection.send(
      this.#random.pick([
        "\x16\x03\x01\x02\x00\x01\xfc\x03",
        "GET /\r\n\r\n",
        "POST /webhook HTTP/1.1\r\n\r\n",
      ]),
    );
    const { status, body } = await connection.answer();
    this.#expect(status === 400, `what is no request got ${status} ${body}`);
  }

  #expect(isRight: boolean, problem: string): void {
    if (isRight) this.tally.refused++;
    else this.tally.wrong.push(problem);
  }

  #judge(call: SoakCall, fromMs: number, reply: Reply): void {
    const { status, body, untilMs } = reply;
    if (status === 200 && !this.tally.answered.has(call.id)) this.tally.answered.set(call.id, tableOf(reply));
    const objection =
      status === 200
        ? objectionTo(body, call, { fromMs, untilMs }, this.#sequence)
        : `it got ${status} ${body}`;
    if (objection === undefined) this.tally.right++;
    if (objection === undefined && isUnanswered(body, call)) this.tally.unanswered.push(untilMs);
    if (objection !== undefined) this.tally.wrong.push(`${call.id} to the line "${call.line}": ${objection}`);
  }

  #post(call: SoakCall): Promise<Reply> {
    const body = bodyOf(call);
    return this.#send(body, this.#signed(body));
  }

  #send(body: string, signature: string): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      [SIGNATURE_HEADER]: signature,
    };
    const asked = request(this.#url, { method: "POST", agent: CONNECTIONS, timeout: 20_000, headers });
    asked.on("response", (response) => {
      let said = "";
      response.on("data", (bytes) => {
        said += bytes;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: said, untilMs: performance.now() }),
      );
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("there was no answer within 20 s")));
    asked.on("error", reject);
    asked.end(body);
    return promise;
  }

  #signed(body: string): string {
    return signBody(Buffer.from(body), KEY, this.#now());
  }

  #request(call: SoakCall): string {
    const body = bodyOf(call);
    const head = requestHead("POST /webhook", [
      ["Host", "localhost"],
      ["Content-Length", String(body.length)],
      [SIGNATURE_HEADER, this.#signed(body)],
    ]);
    return head + body;
  }
}

function bodyOf({ id, line, from, isText }: SoakCall): string {
  const parties = { from_number: from, to_number: LINES[line] };
  return JSON.stringify(
    isText
      ? { event: "chat_inbound", chat_inbound: { chat_id: id, ...parties } }
      : { event: "call_inbound", call_inbound: { call_id: id, ...parties } },
  );
}

function tableOf({ body }: Reply): string | undefined {
  return /"table":"(\d+)"/.exec(body)?.[1];
}
