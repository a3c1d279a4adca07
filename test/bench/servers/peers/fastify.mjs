/** Fastify with Retell's SDK for the signature, which it gets over the bytes as they came. */
import { readFileSync } from "node:fs";
import process from "node:process";
import fastify from "fastify";
import { Retell } from "retell-sdk";

const [port, agentsFile] = process.argv.slice(2);
const agents = new Map(Object.entries(JSON.parse(readFileSync(agentsFile, "utf8"))));
const key = process.env.RETELL_API_KEY;

const app = fastify();
app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
  done(null, body),
);
app.post("/webhook", async (request, reply) => {
  if (!(await Retell.verify(request.body, key, request.headers["x-retell-signature"] ?? ""))) {
    return reply.code(401).send({ error: "invalid signature" });
  }
  const { call_inbound } = JSON.parse(request.body);
  return { call_inbound: { override_agent_id: agents.get(call_inbound.to_number) } };
});
await app.listen({ port: Number(port), host: "127.0.0.1" });
