/** What people write by hand on Bun: Hono, Retell's SDK for the signature, a look-up in a Map. */
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import Retell from "retell-sdk";

const [port, agentsFile = ""] = process.argv.slice(2);
const agents = new Map<string, string>(Object.entries(JSON.parse(readFileSync(agentsFile, "utf8"))));
const key = process.env.RETELL_API_KEY ?? "";

const app = new Hono();
app.post("/webhook", async (c) => {
  const body = await c.req.text();
  const isGood = await Retell.verify(body, key, c.req.header("x-retell-signature") ?? "");
  if (!isGood) return c.json({ error: "invalid signature" }, 401);
  const { call_inbound } = JSON.parse(body);
  return c.json({ call_inbound: { override_agent_id: agents.get(call_inbound.to_number) } });
});

Bun.serve({ hostname: "127.0.0.1", port: Number(port), fetch: app.fetch });
