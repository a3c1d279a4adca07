import { describe, expect, test } from "bun:test";
import type { LookupAddress, LookupOptions } from "node:dns";
import { lookupOf, type NameSources, nameServersIn } from "../../src/server/host-names.ts";
import { until } from "../harness.ts";

const HERE: LookupAddress = { address: "127.0.0.1", family: 4 };
const THERE: LookupAddress = { address: "::1", family: 6 };

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

/** What a look-up says: addresses, or the code of an error. */
function lookUp(sources: NameSources, name = "crm.example", options: LookupOptions = { all: true }) {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  lookupOf(sources)(name, options, (error, found, family) => {
    resolve(error ? error.code : family === undefined ? found : [found, family]);
  });
  return promise;
}

describe("a name is looked up", () => {
  const asked: string[] = [];
  const system = async (name: string) => {
    asked.push(name);
    return [THERE];
  };

  test("by name servers, with all its addresses or the first", async () => {
    const beside = async () => [HERE, THERE];
    expect(await lookUp({ beside, system })).toEqual([HERE, THERE]);
    expect(await lookUp({ beside, system }, "crm.example", {})).toEqual(["127.0.0.1", 4]);
    expect(asked).toEqual([]);
  });

  test.each(["DNS_ENOTFOUND", "DNS_ENODATA", "DNS_ECONNREFUSED"])(
    "by whatever else the machine knows names by, where those say %s",
    async (code) => {
      expect(await lookUp({ beside: failing(code), system }, code)).toEqual([THERE]);
      expect(asked).toContain(code);
    },
  );

  test.each(["DNS_ETIMEOUT", "DNS_ESERVFAIL"])(
    "by nothing else where they give no answer: %s",
    async (code) => {
      expect(await lookUp({ beside: failing(code), system }, code)).toBe("EAI_AGAIN");
      expect(asked).not.toContain(code);
    },
  );

  test("in vain where nobody knows it", async () => {
    const beside = failing("DNS_ENOTFOUND");
    expect(await lookUp({ beside, system: failing("ENOTFOUND") })).toBe("ENOTFOUND");
    expect(await lookUp({ beside, system: async () => [] }, "crm.example", {})).toBe("EAI_AGAIN");
  });
});

test("names that hold a thread are looked up one after the other, those that are the same at once", async () => {
  const asked: string[] = [];
  const answers = new Map<string, (found: LookupAddress[]) => void>();
  const lookup = lookupOf({
    beside: failing("DNS_ENOTFOUND"),
    system(name) {
      asked.push(name);
      const { promise, resolve } = Promise.withResolvers<LookupAddress[]>();
      answers.set(name, resolve);
      return promise;
    },
  });
  const looked = (name: string) =>
    new Promise<unknown>((resolve) => lookup(name, { all: true }, (error, found) => resolve(error ?? found)));
  const found = [looked("a"), looked("b"), looked("a"), looked("b")];
  await until(() => asked.length > 0);
  expect(asked).toEqual(["a"]);
  answers.get("a")?.([HERE]);
  await Promise.all([found[0], found[2]]);
  await until(() => asked.length > 1);
  expect(asked).toEqual(["a", "b"]);
  answers.get("b")?.([THERE]);
  expect(await Promise.all(found)).toEqual([[HERE], [THERE], [HERE], [THERE]]);
});

test.each([
  ["nameserver 10.0.0.1\nnameserver\t2001:db8::53 \n", ["10.0.0.1", "2001:db8::53"]],
  ["# nameserver 10.0.0.1\nsearch nameserver\noptions ndots:2\nnameserver 10.0.0.2", ["10.0.0.2"]],
  ["", ["127.0.0.1"]],
])("the name servers of %j are %j", (text, servers) => expect(nameServersIn(text)).toEqual(servers));
