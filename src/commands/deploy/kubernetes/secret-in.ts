/** Secrets that are written in a file as they are: whoever may read a ConfigMap could read them there. */

import type { RemoteRead } from "../../../config/files/remote.ts";
import type { Config } from "../../../config/load.ts";

/** A configuration, as far as secrets are in it. */
interface Configured {
  readonly config: Pick<Config, "retell" | "admin" | "shared" | "routing">;
  readonly remote: readonly Pick<RemoteRead, "source">[];
}

/** A secret, what it is, and what to write in its place. */
interface Known {
  readonly value: string;
  readonly what: string;
  readonly instead: string;
}

/** What a file holds that belongs into the Secret, in words; undefined where there is nothing. */
export function secretIn(text: string, configured: Configured): string | undefined {
  const found = [...secretsOf(configured)].find(({ value }) => holds(text, value));
  return found && `${found.what}, and whoever may read the ConfigMap could read it; use ${found.instead}`;
}

function* secretsOf({ config: { retell, admin, shared, routing }, remote }: Configured): Generator<Known> {
  for (const { key } of [...retell.apiKeys, ...retell.accountKeys])
    yield { value: key, what: "an API key", instead: 'api_key = "${env:RETELL_API_KEY}"' };
  if (admin.token !== undefined) {
    const instead = 'token = "${env:SWITCHHOOK_ADMIN_TOKEN}"';
    yield { value: admin.token, what: "the token of [admin]", instead };
  }
  for (const password of [shared?.password, shared?.sentinelPassword]) {
    const instead = 'password = "${env:REDIS_PASSWORD}"';
    if (password !== undefined) yield { value: password, what: "a password of [shared]", instead };
  }
  for (const { lookups, notices } of [routing, ...routing.clients]) {
    for (const [name, { key, headers }] of notices) {
      const instead = 'key = "${env:NOTICE_KEY}"';
      if (key !== undefined) yield { value: key, what: `the key of [notify.${name}]`, instead };
      yield* secretHeaders(headers, `[notify.${name}]`);
    }
    for (const [name, { headers }] of lookups) yield* secretHeaders(headers, `[lookups.${name}]`);
  }
  for (const { source } of remote) yield* secretHeaders(source.headers, source.name);
}

/** Headers that say who asks; others, such as `accept` and `x-tenant`, are no secrets. */
const SAYS_WHO_ASKS = /auth|cookie|key|password|secret|signature|token/;

function* secretHeaders(headers: Readonly<Record<string, string>>, whose: string): Generator<Known> {
  for (const [name, value] of Object.entries(headers)) {
    if (!SAYS_WHO_ASKS.test(name) || value === "") continue;
    const instead = `headers = { ${name} = "${/^(?:basic|bearer) /i.exec(value)?.[0] ?? ""}\${env:TOKEN}" }`;
    yield { value, what: `the header ${JSON.stringify(name)} of ${whose}`, instead };
  }
}

/** Whoever has a secret of this length or more has it by itself; a shorter one may be part of other words. */
const WORD = 16;

/** Whether a text holds a secret: anywhere; one that is short, as a whole text or in a URL. */
function holds(text: string, secret: string): boolean {
  if (secret.length >= WORD && text.includes(secret)) return true;
  const written = [`"${secret}"`, `'${secret}'`, JSON.stringify(secret)];
  const inUrl = [`:${secret}@`, `:${encodeURIComponent(secret)}@`];
  return [...written, ...inUrl].some((form) => text.includes(form));
}
