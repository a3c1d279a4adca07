/** The webhook: what every request gets. */
import { type Context, Hono } from "hono";
import { answerText } from "../../retell/answer.ts";
import { readEvent } from "../../retell/event.ts";
import { SIGNATURE_HEADER, verifySignature } from "../../retell/signature.ts";
import { jsonResponse } from "../http/response.ts";
import type { Desk } from "../live/desk.ts";
import type { Refusal } from "../observe/observer.ts";
import { senderAddress } from "./address.ts";
import { type BodyRefusal, readBody } from "./body.ts";
import type { Health } from "./health.ts";
import type { Holds } from "./hold.ts";
import { onceKnown } from "./once-known.ts";
import { refusalResponse } from "./refusal.ts";
import { type Deciding, replyTo } from "./reply.ts";

type Env = { Bindings: { readonly peer: string | undefined } };

/** What the webhook works with. */
export interface Service extends Deciding {
  readonly holds: Holds;
  readonly health: Health;
}

/** Where anyone may ask whether the server is there. */
const HEALTH_PATH = "/healthz";

/**
 * The Hono app that serves one desk. Of a request nothing counts but method, path, body, signature and the address that
 * it comes from.
 */
export function createApp(service: Service): Hono<Env> {
  const { desk, observer } = service;
  const app = new Hono<Env>({ getPath: pathTeller() });
  const refuse = (refusal: Refusal): Response => {
    observer.refused(refusal);
    return refusalResponse(refusal);
  };
  const path = withoutSlash(desk.path);
  const methods: Readonly<Record<string, string>> = { [HEALTH_PATH]: "GET, HEAD", [path]: "POST" };

  // One handler a path and method: where several match, Hono makes a chain of promises of them for every call.
  app.post(path, (c) => answerPost(c, service, refuse));
  app.get(HEALTH_PATH, (c) => service.health.answer(c.req.method));
  app.notFound((c) => {
    const address = addressOf(c, desk);
    const { method, url } = c.req;
    const asked = pathOf(url);
    const allow = methods[withoutSlash(asked)];
    if (allow !== undefined) return refuse({ kind: "method", address, method, allow });
    return refuse({ kind: "path", address, method, path: asked, wanted: desk.path });
  });
  return app;
}

/** The path of a request's target, whatever its Host says: of a URL that has no host there is only the path. */
function pathOf(url: string): string {
  const start = url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  const end = url.slice(start).search(/[?#]/);
  return start < 0 ? "/" : end < 0 ? url.slice(start) : url.slice(start, start + end);
}

/** Tells the path that a request is for. Nearly all have the same URL as the one before, of which it is known. */
function pathTeller(): (request: Request) => string {
  let [known, path] = ["", ""];
  return ({ url }) => {
    if (url !== known) [known, path] = [url, withoutSlash(pathOf(url))];
    return path;
  };
}

/** One slash more or less at the end is the same path. */
function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function addressOf(c: Context<Env>, { isTrustedProxy }: Desk): string | undefined {
  return senderAddress(c.env.peer, c.req.header("x-forwarded-for"), isTrustedProxy);
}

function answerPost(
  c: Context<Env>,
  service: Service,
  refuse: (refusal: Refusal) => Response,
): Response | Promise<Response> {
  const { isAllowed } = service.desk;
  if (isAllowed) {
    const sender = addressOf(c, service.desk);
    if (!sender || !isAllowed(sender)) return refuse({ kind: "address", address: sender });
  }
  return onceKnown(readBody(c.req.raw), (body) => answerReceived(c, body, service, refuse));
}

function answerReceived(
  c: Context<Env>,
  body: Uint8Array | BodyRefusal,
  service: Service,
  refuse: (refusal: Refusal) => Response,
): Response | Promise<Response> {
  const { desk, observer, holds, now } = service;
  // Only where somebody wants to know: telling it takes longer than deciding a call.
  const address = () => addressOf(c, desk);
  if (!(body instanceof Uint8Array)) return refuse({ ...body, address: address() });

  const arrivedMs = performance.now();
  const verdict = verifySignature(body, c.req.header(SIGNATURE_HEADER), desk.digests, now(), desk.maxAgeMs);
  if (verdict.kind !== "good") return refuse({ ...verdict, address: address() });

  const read = readEvent(body);
  switch (read.kind) {
    case "invalid":
      return refuse({ kind: "invalid", address: address(), problem: read.problem });
    case "other":
      observer.misplaced(read.name);
      return jsonResponse("{}");
    case "inbound": {
      const account = desk.accounts[verdict.keyAt] ?? "";
      return onceKnown(replyTo(read.event, account, service, arrivedMs), (reply) => {
        if (reply === "foreign")
          return refuse({ kind: "key of another client", address: address(), account });
        const { answer, delayMs } = reply;
        const respond = () => jsonResponse(answerText(read.event.channel, answer));
        return delayMs > 0 ? holds.wait(delayMs, c.req.raw.signal).then(respond) : respond();
      });
    }
  }
}
