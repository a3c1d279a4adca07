/** Remote sources for tests. */
import type { RemoteSource } from "../../../../src/config/files/remote.ts";

/** Contacts at a URL. */
export function source(url: string, headers: Readonly<Record<string, string>> = {}): RemoteSource {
  const named = { name: "contacts", id: "0".repeat(32), url, shown: url, headers };
  return { ...named, isAskable: true, everyMs: 60_000, allowEmpty: false };
}
