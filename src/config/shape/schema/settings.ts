/** How the program runs, and for which account: `[server]`, `[history]`, `[shared]`, `[admin]`, `[log]` and `[retell]`. */
import * as z from "zod";
import { ALTERNATIVES, arrayOf, EXCLUSIVE, needed, oneOrMore } from "./parts.ts";
import * as text from "./texts.ts";

/** `[server]` */
export const server = z.strictObject({
  listen: text.listenAddress
    .default("127.0.0.1:8787")
    .describe('Where to listen: "address:port", "[address]:port" for IPv6, or "unix:/path/to/socket"'),
  path: text.urlPath.default("/webhook").describe("The path of the webhook"),
  allow_ips: arrayOf(text.addressBlock)
    .default([])
    .describe("If not empty, only these addresses may post (addresses or CIDR blocks)"),
  public_url: text
    .anyText("The URL of the webhook, as Retell calls it", "https://calls.example/webhook")
    .optional()
    .describe("What Retell should call: `doctor` compares the numbers with it, `connect` sets it"),
  trusted_proxies: arrayOf(text.addressBlock)
    .default(["127.0.0.1", "::1"])
    .describe("Proxies whose X-Forwarded-For is believed (addresses or CIDR blocks)"),
  state: text
    .anyText("A directory", "/var/lib/switchhook")
    .optional()
    .describe(
      "The directory for what must survive a restart; made if it is not there. Without it, $STATE_DIRECTORY, else nothing is kept",
    ),
});

/** `[history]` */
export const history = z.strictObject({
  keep: text.duration
    .default("90d")
    .describe("How long calls are remembered, for `history.*` and in the files of the state directory"),
});

/** `[shared]` */
export const shared = z
  .strictObject({
    url: needed(
      text.sharedUrl,
      '"redis://10.0.0.5:6379"',
      'One server: "redis://host:6379/0", or "rediss://…" over TLS; by its sentinels: "redis+sentinel://host1,host2/name"',
    ),
    urls: arrayOf(text.sharedUrl)
      .min(1)
      .optional()
      .describe("Instead of `url`: some nodes of a cluster, from which the others are found"),
    prefix: text
      .anyText("The beginning of keys", "switchhook:")
      .default("switchhook:")
      .describe(
        "What every key begins with; a digest of the first API key follows, so that installations do not mix",
      ),
    username: text.anyText("A user of the server's ACL", "switchhook").optional().describe("Who logs in"),
    password: text
      .anyText("A password", "${env:REDIS_PASSWORD}")
      .optional()
      .describe("The password; it may also stand in the URL, with special characters encoded"),
    sentinel_password: text
      .anyText("A password", "${env:SENTINEL_PASSWORD}")
      .optional()
      .describe("The password of the sentinels, where they have one"),
    ca: text.certificates,
  })
  .meta({ [ALTERNATIVES]: { url: "urls" }, [EXCLUSIVE]: ["url", "urls"] });

/** `[admin]` */
export const admin = z.strictObject({
  listen: text.listenAddress
    .optional()
    .describe(
      'Where to listen: "address:port", "[address]:port" for IPv6, or "unix:/path/to/socket"; without it, a socket in the runtime directory that systemd gives, or nowhere',
    ),
  token: text
    .anyText("A token", "${env:SWITCHHOOK_ADMIN_TOKEN}")
    .meta({ minLength: 1 })
    .optional()
    .describe("What a client must show, as a bearer token or as a password; needed beyond this machine"),
});

/** `[log]` */
export const log = z.strictObject({
  format: z
    .enum(["auto", "text", "json"])
    .default("auto")
    .describe("auto: text on a terminal and in the journal, else one JSON object a line"),
  level: z
    .enum(["debug", "info", "warning", "error"])
    .default("info")
    .describe("The least severe level to log"),
  numbers: z
    .enum(["full", "masked"])
    .default("full")
    .describe("masked: of phone numbers, only the country code and the last four digits are logged"),
});

/** `[retell]` */
export const retell = z.strictObject({
  api_key: needed(
    oneOrMore(text.anyText("An API key", "${env:RETELL_API_KEY}").meta({ minLength: 1 })),
    '"${env:RETELL_API_KEY}"',
    "The Retell API key with the webhook badge; a list while a key is being rotated",
  ),
  max_age: text.duration.default("5m").describe("How old, or how far ahead, a signature may be"),
  account_key: text
    .anyText("An API key", "${env:RETELL_ACCOUNT_KEY}")
    .meta({ minLength: 1 })
    .optional()
    .describe(
      "The API key with which `doctor` and `connect` ask Retell about the account, where the webhook's key may not; `serve` does not use it",
    ),
});
