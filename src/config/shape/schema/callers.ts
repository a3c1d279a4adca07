/** The shape of `[lists]` and `[contacts]`: who is calling, from the file itself, from other files, from URLs. */
import * as z from "zod";
import { callers } from "./numbers.ts";
import { ALTERNATIVES, arrayOf, needed, oneOrMore, tableOf } from "./parts.ts";
import * as text from "./texts.ts";

/** What may stand beside a `url`. */
const fetched = (every: string) => ({
  every: text.duration
    .optional()
    .describe(`How often the URL is asked whether there is something new: 1s or more; ${every} by default`),
  headers: tableOf(z.string().describe("The header's value"))
    .default({})
    .describe(
      "Headers sent to the URL, such as those with a key; not sent on where it redirects to another host",
    ),
  at: text
    .anyText("A place in JSON", "data", "result.records")
    .optional()
    .describe("Where in the JSON the array is; by default the whole is one"),
  ca: text.certificates,
  allow_empty: z
    .boolean()
    .default(false)
    .describe("Whether it may become empty; without this, what was full and comes back empty is refused"),
});

/** An entry of `[lists]`. */
export const list = z
  .union([
    callers,
    z
      .strictObject({
        file: needed(
          text.anyText("A file", "spam.txt", "spam.csv"),
          '"spam.txt"',
          "One caller a line, # for comments; or a CSV file with a column `number`",
        ),
        url: text.webUrl
          .optional()
          .describe(
            "A URL of the same, or of a JSON array of callers or of objects with a `number`; instead of a file, or beside it",
          ),
        ...fetched("10m"),
      })
      .meta({ [ALTERNATIVES]: { file: "url" } }),
  ])
  .describe(
    'A set of callers, "@" and its name elsewhere: the callers themselves, or a table with a file or a URL of them',
  );

/** `[contacts]` */
export const contacts = z
  .strictObject({
    file: needed(
      oneOrMore(text.anyText("A CSV file", "contacts.csv")),
      '"contacts.csv"',
      "One CSV file or several; a column `number`, and any others",
    ),
    url: text.webUrl
      .optional()
      .describe(
        "A URL of CSV, or of a JSON array of flat objects; instead of a file, or beside it: then what a file says of a number replaces what the URL says",
      ),
    ...fetched("1m"),
    variables: arrayOf(text.anyText("A column", "first_name"))
      .default([])
      .describe("Columns handed to the agent as dynamic variables; empty for a caller who has none"),
  })
  .meta({ [ALTERNATIVES]: { file: "url" } });
