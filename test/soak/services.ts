/** What the server asks and tells during the soak: a service that is well, one that is not, and a receiver of notices. */
import {
  answer,
  type BadServer,
  type Behaviour,
  badServer,
  endMidway,
  garbage,
  hang,
  json,
  reset,
} from "../bad-server.ts";
import type { Random } from "../fuzz/random.ts";
import { planOf } from "./expected.ts";

/** Starts them. */
export function services(random: Random): Promise<BadServer> {
  const known: Behaviour = (socket, request) => {
    const phone = new URL(request.path, "http://x").searchParams.get("phone") ?? "";
    json({ plan: planOf(phone) })(socket, request);
  };
  const faults = [hang, reset, garbage, endMidway, answer(500, "{}"), answer(200, "<html>"), json(null)];
  return badServer((socket, request) => {
    if (request.path.startsWith("/crm")) known(socket, request);
    else if (request.path.startsWith("/shaky")) random.pick([known, known, ...faults])(socket, request);
    else
      random.pick([answer(200, "{}"), answer(200, "{}"), answer(200, "{}"), answer(503, "")])(
        socket,
        request,
      );
  });
}
