/** A server that answers as far as one layer goes: `bun server.ts LAYER PORT DIRECTORY`. */
import { listen } from "../../../src/server/http/listening/listener.ts";
import { jsonResponse } from "../../../src/server/http/response.ts";
import { openDesk } from "../servers/desk.ts";
import { answering, LAYERS, type Layer } from "./layers.ts";

const [layer = "", port = "", dir = ""] = process.argv.slice(2);
if (!isLayer(layer)) throw new Error(`There is no layer ${layer}`);
const { desk } = await openDesk(dir);
const answer = answering(layer, desk);
await listen(
  { kind: "tcp", host: "127.0.0.1", port: Number(port) },
  {
    answer,
    refuse: (fault) => jsonResponse(JSON.stringify({ fault }), { status: 400 }),
    failed(error) {
      throw error;
    },
  },
);

function isLayer(text: string): text is Layer {
  return Object.hasOwn(LAYERS, text);
}
