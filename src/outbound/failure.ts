/** Why another server gave no answer that can be used, and how that is said. */

/** What is wrong with an encrypted connection. */
export type TlsProblem =
  | "self-signed"
  | "unknown authority"
  | "expired"
  | "not yet valid"
  | "other host"
  | "no TLS"
  | "unusable ca"
  | "handshake";

/** Why a request failed. Plain data. */
export type Failure =
  /** Nothing listens at the address. */
  | { readonly kind: "refused" }
  /** There is no way to the address. */
  | { readonly kind: "unreachable" }
  /** The name cannot be resolved. */
  | { readonly kind: "unknown host"; readonly host: string }
  | { readonly kind: "tls"; readonly problem: TlsProblem }
  /** The connection ended before the answer was whole. `at` is how far it had come. */
  | { readonly kind: "closed"; readonly at: Stage }
  /** The time was over. `at` is what was waited for. */
  | { readonly kind: "late"; readonly at: Stage; readonly timeoutMs: number }
  /** Whoever asked wants no answer any more. */
  | { readonly kind: "aborted" }
  /** What came is not HTTP, or its headers are too large. */
  | { readonly kind: "not HTTP" }
  | { readonly kind: "headers too large" }
  /** The body has more bytes than are wanted, as it came or decompressed. */
  | { readonly kind: "too large"; readonly limitBytes: number }
  /** The body is compressed in a way that cannot be read, or is broken. */
  | { readonly kind: "encoding"; readonly encoding: string }
  /** It leads on to somewhere else. `to` is only the scheme, host and port. */
  | { readonly kind: "redirect elsewhere"; readonly to: string }
  | { readonly kind: "too many redirects" }
  /** The server answered with a status that is of no use. */
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "not JSON" }
  /** This process has no descriptors left, or may not connect there. */
  | { readonly kind: "no descriptors" }
  | { readonly kind: "not permitted" }
  /** The runtime's own words for something that has none here. */
  | { readonly kind: "other"; readonly problem: string };

/** How far a request has come. */
export type Stage = "connecting" | "waiting" | "reading";

/** A failure in a few plain words that fit behind a colon; without anything of the URL but its host. */
export function failureWords(failure: Failure): string {
  switch (failure.kind) {
    case "refused":
      return "connection refused";
    case "unreachable":
      return "the address cannot be reached";
    case "unknown host":
      return `the host name ${failure.host} cannot be resolved`;
    case "tls":
      return TLS_WORDS[failure.problem];
    case "closed":
      return CLOSED_WORDS[failure.at];
    case "late":
      return `${LATE_WORDS[failure.at]} ${secondsWords(failure.timeoutMs)}`;
    case "aborted":
      return "cancelled";
    case "not HTTP":
      return "the answer is not HTTP";
    case "headers too large":
      return "the headers of the answer are too large";
    case "too large":
      return `the answer is larger than ${bytesWords(failure.limitBytes)}`;
    case "encoding":
      return `the answer cannot be decompressed (content-encoding: ${failure.encoding})`;
    case "redirect elsewhere":
      return `redirected to another server (${failure.to})`;
    case "too many redirects":
      return "too many redirects";
    case "status":
      return `status ${failure.status}`;
    case "not JSON":
      return "the answer is not JSON";
    case "no descriptors":
      return "this process has too many open files";
    case "not permitted":
      return "this process is not permitted to connect there";
    case "other":
      return failure.problem;
  }
}

const TLS_WORDS: Readonly<Record<TlsProblem, string>> = {
  "self-signed": "the server's certificate is self-signed",
  "unknown authority": "the server's certificate is from an unknown authority",
  expired: "the server's certificate has expired",
  "not yet valid": "the server's certificate is not yet valid",
  "other host": "the server's certificate is for another host name",
  "no TLS": "the server does not speak TLS at this port",
  "unusable ca": "the configured `ca` holds no usable certificate",
  handshake: "the TLS handshake failed",
};

const CLOSED_WORDS: Readonly<Record<Stage, string>> = {
  connecting: "the connection was closed before it was established",
  waiting: "the connection was closed before an answer",
  reading: "the connection was closed in the middle of the answer",
};

const LATE_WORDS: Readonly<Record<Stage, string>> = {
  connecting: "no connection within",
  waiting: "no answer within",
  reading: "the answer did not end within",
};

/** `1.5 s` */
function secondsWords(ms: number): string {
  return `${Math.round(ms) / 1000} s`;
}

/** `256 KiB`, `8 MiB` */
function bytesWords(bytes: number): string {
  const mib = 1024 * 1024;
  return bytes % mib === 0 ? `${bytes / mib} MiB` : `${Math.round(bytes / 1024)} KiB`;
}

/**
 * What an error of `node:net`, `node:tls` or `node:http` means. Told by its code, which Bun and Deno give alike.
 *
 * @param host the host name that was asked for
 */
export function failureOf(error: unknown, at: Stage, host: string): Failure {
  const code = codeOf(error);
  const known = FAILURES[code];
  if (known) return known;
  if (/^(ENOTFOUND|ENODATA|ESERVFAIL|EAI_)/.test(code)) return { kind: "unknown host", host };
  if (/^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE|HPE_INVALID_EOF_STATE)/.test(code))
    return { kind: "closed", at };
  if (code.startsWith("HPE_")) return { kind: "not HTTP" };
  if (/^(EPROTO|ERR_SSL_|ERR_TLS_|CERT_|ERR_BORINGSSL)/.test(code))
    return { kind: "tls", problem: "handshake" };
  const problem = error instanceof Error ? error.message : String(error);
  return { kind: "other", problem: problem.split("\n", 1)[0]?.slice(0, 200) ?? "" };
}

const tls = (problem: TlsProblem): Failure => ({ kind: "tls", problem });

const FAILURES: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: { kind: "refused" },
  EHOSTUNREACH: { kind: "unreachable" },
  ENETUNREACH: { kind: "unreachable" },
  EADDRNOTAVAIL: { kind: "unreachable" },
  ETIMEDOUT: { kind: "unreachable" },
  EMFILE: { kind: "no descriptors" },
  ENFILE: { kind: "no descriptors" },
  EACCES: { kind: "not permitted" },
  EPERM: { kind: "not permitted" },
  // Deno's, where --allow-net does not name the host.
  NotCapable: { kind: "not permitted" },
  HPE_HEADER_OVERFLOW: { kind: "headers too large" },
  DEPTH_ZERO_SELF_SIGNED_CERT: tls("self-signed"),
  SELF_SIGNED_CERT_IN_CHAIN: tls("unknown authority"),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: tls("unknown authority"),
  UNABLE_TO_GET_ISSUER_CERT: tls("unknown authority"),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: tls("unknown authority"),
  CERT_HAS_EXPIRED: tls("expired"),
  CERT_NOT_YET_VALID: tls("not yet valid"),
  ERR_TLS_CERT_ALTNAME_INVALID: tls("other host"),
  ERR_SSL_WRONG_VERSION_NUMBER: tls("no TLS"),
};

/** Where several addresses of a host were tried, the first says it for all. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.name;
}
