import { expect, test } from "bun:test";
import { load } from "../../cases.ts";

/** What is said of a URL that a notice is sent to, errors with "!". */
async function saidOf(url: string): Promise<string[]> {
  const { diagnostics } = await load(`[retell]
api_key = "\${env:RETELL_API_KEY}"
[notify.a]
url = ${JSON.stringify(url)}
[defaults]
notify = ["a"]
`);
  return diagnostics.map(({ severity, message }) => `${severity === "error" ? "!" : ""}${message}`);
}

test.each([
  "https://hooks.example/services/a?b=${from_number}#",
  "https://hooks.example:8443",
  "HTTPS://hooks.example/x",
  "https://[2001:db8::1]:8443/${call_id}",
  "http://127.0.0.1:8080/x",
  "http://localhost/x",
  "http://app.localhost/x",
  "http://[::1]:8080/x",
  "http://10.1.2.3/x",
  "http://172.16.0.1/x",
  "http://172.31.255.255/x",
  "http://192.168.0.1/x",
  "http://100.100.100.100/x",
  "http://[fd00::1]/x",
  "http://[fe80::1]/x",
  "http://crm/x",
  "http://crm.internal/x",
  "http://printer.local/x",
  "https://hooks.example/a..b/.well-known/...",
  "https://hooks.example/?up=../x",
  "https://hooks.example?from=${from_number}",
])("%s needs no word", async (url) => {
  expect(await saidOf(url.replace(/#$/, ""))).toEqual([]);
});

test.each([
  "http://hooks.example/x",
  "http://172.32.0.1/x",
  "http://8.8.8.8/x",
  "http://[2001:db8::1]/x",
  "http://localhost.example/x",
])("%s is sent in plain text", async (url) => {
  expect(await saidOf(url)).toEqual([
    '"http://" sends what it says about callers over the network in plain text',
  ]);
});

const FORM = /^!a URL must begin with "https:\/\/" or "http:\/\/" and a host, found /;
const LITERAL = /^!the scheme, host and port of a URL must be literal$/;

test.each([
  ["", FORM],
  ["hooks.example/x", FORM],
  ["/x", FORM],
  ["ftp://hooks.example/x", FORM],
  ["https:hooks.example/x", FORM],
  ["https://", FORM],
  ["https:///x", FORM],
  ["https://hooks.example:99999/x", FORM],
  [" https://hooks.example/x", FORM],
  ["${client}", LITERAL],
  ["https://${client}.example/x", LITERAL],
  ["https://hooks.example:${client}/x", LITERAL],
  ["https://hooks.example${client}/x", LITERAL],
  ["http${client}://hooks.example/x", LITERAL],
  ["https://ann:pass@hooks.example/x", /^!a URL must not contain a login$/],
  ["https://ann@hooks.example/x", /^!a URL must not contain a login$/],
  ["https://hooks.example/x#y", /^!what follows "#" in a URL is never sent$/],
  ["https://hooks.example/x#${call_id}", /^!what follows "#" in a URL is never sent$/],
  ["https://hooks.example/a/../b", /^!the path of a URL must not have the parts "\." and "\.\."$/],
  ["https://hooks.example/a/./${call_id}", /^!the path of a URL must not have the parts "\." and "\.\."$/],
])("%j is refused", async (url, said) => {
  const [first, ...others] = await saidOf(url);
  expect(first).toMatch(said);
  expect(others).toEqual([]);
});
