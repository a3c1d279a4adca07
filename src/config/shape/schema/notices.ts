/** Who is told of calls. */
import * as z from "zod";
import { needed, tableOf } from "./parts.ts";
import * as text from "./texts.ts";

/** `[notify.NAME]` */
export const notice = z
  .strictObject({
    url: needed(
      text.serviceUrl,
      '"https://hooks.example/services/…"',
      "Where it is sent, by POST; templates may stand in its path and query, and what fills them is encoded",
    ),
    headers: tableOf(z.string().describe("The header's value"))
      .default({})
      .describe("Headers to send with it, such as authorization"),
    body: z
      .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())])
      .optional()
      .describe(
        "What it says: a table or an array, sent as JSON, or a text, sent as it is; templates in it are filled for each call. By default the whole record of the call",
      ),
    key: text
      .anyText("A secret", "${env:NOTICE_KEY}")
      .optional()
      .describe(
        "Signs it, in the header x-switchhook-signature, so that the receiver can verify who sent it",
      ),
    ca: text.certificates,
  })
  .describe("A notice: who is told of a call when it is decided, and what");
