/** `[schedules]` and `[limits]`: when, and how often. */
import * as z from "zod";
import { arrayOf, needed, oneOrMany, oneOrMore, tableOf } from "./parts.ts";
import * as text from "./texts.ts";

const holidays = z
  .union([
    text.place,
    arrayOf(text.place),
    z.strictObject({
      in: needed(
        oneOrMore(text.place),
        '"US-CA"',
        'Whose holidays: a country such as "US", or a part of one such as "US-CA"; or several',
      ),
      types: arrayOf(z.enum(["public", "bank", "optional", "school", "observance"]))
        .default(["public"])
        .describe("Which kinds of holidays"),
      hours: oneOrMany(text.dayHours).default("closed").describe("The hours on holidays; closed by default"),
    }),
  ])
  .describe(
    'Public holidays, on which it is closed: a country such as "US", a part of one such as "US-CA", a list of them, or a table',
  );

/** `[schedules.NAME]` */
export const schedule = z
  .strictObject({
    timezone: text.timezone
      .optional()
      .describe("The time zone of all its times; where it names none, that of the top of the file"),
    open: arrayOf(text.weeklyHours)
      .default([])
      .describe(
        'Opening hours, such as "mon-fri 09:00-12:00, 13:00-17:30"; hours past midnight belong to the day they start on',
      ),
    holidays: holidays.optional(),
    except: tableOf(
      oneOrMany(text.dayHours).describe('The hours of these dates: one range or several, or "closed"'),
      text.DATES,
    )
      .default({})
      .describe(
        'Dates with other hours, which replace the whole day: "2026-12-24" = "09:00-12:00", or "closed"; "12-25" is for every year, "2026-12-27/2027-01-02" a range',
      ),
  })
  .describe("A schedule: opening hours in a time zone, and dates with other hours");

/** `[limits.NAME]` */
export const limit = z
  .strictObject({
    calls: needed(z.int().positive(), "5", "Calls allowed"),
    per: needed(text.duration, '"1d"', 'Within this time: a duration such as "1d"; the window slides'),
    by: z
      .enum(["caller", "number", "all"])
      .default("caller")
      .describe("Count per caller, per dialled number, or all calls together"),
  })
  .describe("A limit: how many calls are allowed within a time");
