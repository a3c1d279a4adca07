/** How much of a client's bytes is read, and how long a client may take. */

/** The most bytes of a request line with its header lines: 16 KiB, twice what nginx reads of a single line. */
export const HEAD_LIMIT = 16 * 1024;

/** The most header lines of a request. */
export const HEADER_LINES_LIMIT = 100;

/** The most characters of a request target: 8 KiB, as RFC 9112 (section 3) recommends at the least. */
export const TARGET_LIMIT = 8 * 1024;

/** The most characters of a method; the longest that is registered has 17. */
export const METHOD_LIMIT = 32;

/** The most bytes of a line that gives the size of a chunk, with its extensions. */
export const CHUNK_LINE_LIMIT = 1024;

/** The most bytes that all chunk extensions of a body may have; nobody is known to send any. */
export const EXTENSIONS_LIMIT = 4 * 1024;

/** The most bytes of empty lines before a request. */
export const EMPTY_LINES_LIMIT = 1024;

/** How many requests of one connection are answered at a time; what comes after them waits unread. */
export const PENDING_LIMIT = 8;

/** How many bytes of a body wait for whoever reads it, before the client has to wait. */
export const BODY_BUFFER_LIMIT = 64 * 1024;

/** How many bytes of a body that nobody wants are still read, so that the connection can be kept. */
export const UNWANTED_LIMIT = 64 * 1024;

/**
 * How long a connection that was just accepted has for its first request while the server stops, in milliseconds since it
 * was accepted: a proxy that opens one for a call is about to send it.
 */
export const FIRST_REQUEST_MS = 500;

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** Between two requests, and before the first. */
  readonly idleMs: number;
  /** From the first byte of a request to the end of its header lines. */
  readonly headMs: number;
  /** From there to the end of its body. */
  readonly bodyMs: number;
  /** To take answers that it does not read. */
  readonly answerMs: number;
  /** To close its side, after the last answer. */
  readonly closeMs: number;
}

/**
 * What holds for everyone. Idle connections live longer than proxies keep theirs (nginx 60 s by default, Caddy 120), so
 * that none sends a call on a connection that is being closed.
 */
export const PATIENCE: Patience = {
  idleMs: 240_000,
  headMs: 15_000,
  bodyMs: 30_000,
  answerMs: 30_000,
  closeMs: 2_000,
};
