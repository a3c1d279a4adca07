/** How long Retell waits. Source: Retell's documentation, "Inbound call webhook". */

/**
 * How long Retell waits for an answer to a try, in milliseconds; after that it tries again, up to three times, while
 * the caller hears ringing.
 */
export const RETELL_TIMEOUT_MS = 10_000;

/** What is left of that for the way there and back, and for the work on a call, in milliseconds. */
const MARGIN_MS = 2000;

/** The longest that one service may be waited for, in milliseconds. */
export const MAX_TIMEOUT_MS = 5000;

/** The longest that an answer may be held back, or wait for services, in milliseconds. */
export const MAX_DELAY_MS: number = RETELL_TIMEOUT_MS - MARGIN_MS;
