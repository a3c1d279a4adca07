/** Points in time as a person writes them. */

/** Forms of a moment, for messages. */
export const MOMENT_FORMS = '"2026-12-25T10:00[America/Los_Angeles]" or "2026-12-25T18:00Z"';

/**
 * Reads a moment, in milliseconds since the epoch: a local time with its time zone in brackets, or a time with its
 * offset. A local time alone is read in the one zone that the schedules have; with several it is a problem.
 */
export function readMoment(
  text: string,
  zones: ReadonlySet<string>,
): { readonly nowMs: number } | { readonly problem: string } {
  try {
    if (text.includes("[")) return { nowMs: Temporal.ZonedDateTime.from(text).epochMilliseconds };
    // Whatever its form: a local time with an offset behind it would be read without a word about the offset.
    if (/[T ].*[Z+-]/i.test(text)) return { nowMs: Temporal.Instant.from(text).epochMilliseconds };
    const local = Temporal.PlainDateTime.from(text);
    const [zone, ...others] = zones;
    if (zone !== undefined && others.length === 0)
      return { nowMs: local.toZonedDateTime(zone).epochMilliseconds };
    return { problem: `"${text}" has no time zone; use ${MOMENT_FORMS}` };
  } catch {
    return { problem: `"${text}" is not a valid time; use ${MOMENT_FORMS}` };
  }
}

/**
 * A moment as {@link readMoment} reads it, in the first of the schedules' zones, to the minute; with its offset where
 * the clock shows that time twice.
 */
export function momentText(nowMs: number, zones: ReadonlySet<string>): string {
  const [zone = "UTC"] = zones;
  const local = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const text = local.toString({ smallestUnit: "minute", offset: "never" });
  // Where the clock was put back, the same time has been there before, and only the offset tells them apart.
  const isFirst = Temporal.ZonedDateTime.from(text).offset === local.offset;
  return isFirst ? text : local.toString({ smallestUnit: "minute" });
}
