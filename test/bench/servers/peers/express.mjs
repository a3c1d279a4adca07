/**
 * The server of Retell's documentation: express, the body parsed and serialised again, Retell's SDK for the signature. Its
 * `verify` is awaited, which the documentation's sample forgets.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import express from "express";
import { Retell } from "retell-sdk";

const [port, agentsFile] = process.argv.slice(2);
const agents = new Map(Object.entries(JSON.parse(readFileSync(agentsFile, "utf8"))));
const key = process.env.RETELL_API_KEY;

const app = express();
app.use(express.json());
app.post("/webhook", async (req, res) => {
  if (!(await Retell.verify(JSON.stringify(req.body), key, req.headers["x-retell-signature"] ?? ""))) {
    res.status(401).json({ error: "invalid signature" });
    return;
  }
  const { call_inbound } = req.body;
  res.json({ call_inbound: { override_agent_id: agents.get(call_inbound.to_number) } });
});
app.listen(Number(port), "127.0.0.1");
