/** `[lookups.NAME]`, and what look-ups find in the cases of `[[expect]]`. */
import * as z from "zod";
import { MAX_TIMEOUT_MS } from "../../../retell/timing.ts";
import { durationText } from "../duration.ts";
import { needed, tableOf } from "./parts.ts";
import * as text from "./texts.ts";

/** `[lookups.NAME]` */
export const lookup = z
  .strictObject({
    url: needed(
      text.serviceUrl,
      '"https://crm.example/callers?phone=${from_number}"',
      "What to ask; templates may stand in its path and query, and what fills them is encoded",
    ),
    headers: tableOf(
      text.anyText("The header's value", "Bearer ${env:CRM_TOKEN}").describe("The header's value"),
    )
      .default({})
      .describe("Headers of the request; secrets come from ${env:NAME} and the like"),
    body: z
      .union([z.record(z.string(), z.unknown()), z.array(z.unknown()), z.string(), z.number(), z.boolean()])
      .optional()
      .describe("JSON to send, in whose texts templates may stand; it makes the request a POST"),
    at: text
      .anyText("The way to a place in JSON", "data.0", "records.0.fields")
      .default("")
      .describe("Where in the answer the caller's record is; by default, the whole answer"),
    timeout: text.duration
      .default("1.5s")
      .describe(`How long to wait for the answer, at most ${durationText(MAX_TIMEOUT_MS)}`),
    cache: text.durationOrNone
      .default("0s")
      .describe("How long an answer is used again for the same question, found or missing"),
    ca: text.certificates,
  })
  .describe("A look-up: a service that is asked about the caller while the call waits");

/** `lookup` of `[[expect]]` */
export const givenLookups = tableOf(
  z
    .union([
      z.string().meta({ examples: ["missing", "failed"] }),
      z.number(),
      z.boolean(),
      z.record(z.string(), z.unknown()),
      z.array(z.unknown()),
    ])
    .describe('What it finds: a table or a list; or "missing" or "failed"'),
)
  .default({})
  .describe('What look-ups find: a table, "missing" or "failed"; those not named are missing');
