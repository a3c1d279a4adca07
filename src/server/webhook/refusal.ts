/** What those hear who get no answer to a call. */
import { jsonResponse } from "../http/response.ts";
import type { Refusal } from "../observe/observer.ts";
import { BODY_LIMIT } from "./body.ts";

/** The response to a refused request: no more than the status has to say, and the same for every bad signature. */
export function refusalResponse(refusal: Refusal): Response {
  switch (refusal.kind) {
    case "address":
      return say(403, "this address is not allowed");
    case "no signature":
    case "malformed signature":
    case "stale signature":
    case "wrong key":
    case "key of another client":
      return say(401, "the signature is not valid");
    case "too large":
      // What has not arrived yet is not wanted: without this the connection would wait for it.
      return say(413, `the body must not be larger than ${BODY_LIMIT} bytes`, { connection: "close" });
    case "too slow":
      return say(408, "the request took too long to arrive");
    case "broken off":
      return say(400, "the body ended early");
    case "malformed request":
      return say(refusal.status, refusal.problem);
    case "invalid":
      return say(400, refusal.problem);
    case "method":
      return say(405, "this method is not allowed", { allow: refusal.allow });
    case "path":
      return say(404, "nothing is served at this path");
  }
}

function say(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Response {
  return jsonResponse(JSON.stringify({ error }), { status, headers });
}
