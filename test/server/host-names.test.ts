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
      const name = `${code}.example`;
      expect(await lookUp({ beside: failing(code), system }, name)).toBe("EAI_AGAIN");
      expect(asked).not.toContain(name);
    },
  );

  test.each<[name: string, found: unknown]>([
    ["crm", [THERE]],
    ["crm.", [THERE]],
    ["local.example", "EAI_AGAIN"],
  ])("by whatever else may know it where name servers have trouble with it: %s", async (name, found) => {
    expect(await lookUp({ beside: failing("DNS_ESERVFAIL"), system }, name)).toEqual(found);
    expect(await lookUp({ beside: failing("DNS_ETIMEOUT"), system }, name)).toBe("EAI_AGAIN");
  });

  test.each(["printer.local", "Printer.Local."])(
    "by the system alone where it is one of multicast DNS: %s",
    async (name) => {
      const beside = () => Promise.reject(new Error("it holds a thread"));
      expect(await lookUp({ beside, system }, name)).toEqual([THERE]);
      expect(await lookUp({ beside: async () => [HERE], system }, name)).toEqual([THERE]);
    },
  );

  test("in vain where nobody knows it", async () => {
    const beside = failing("DNS_ENOTFOUND");
    expect(await lookUp({ beside, system: failing("ENOTFOUND") })).toBe("ENOTFOUND");
    expect(await lookUp({ beside, system: async () => [] }, "crm.example", {})).toBe("EAI_AGAIN");
  });
});

describe("of many names", () => {
  /** Looks names up of which each is answered by `answer`, and notes which are asked about. */
  const open = (kind: keyof NameSources) => {
    const asked: string[] = [];
    const answers = new Map<string, () => void>();
    const waiting = (name: string) => {
      asked.push(name);
      return new Promise<LookupAddress[]>((resolve) => answers.set(name, () => resolve([HERE])));
    };
    const lookup = lookupOf({
      beside: failing("DNS_ENOTFOUND"),
      system: failing("ENOTFOUND"),
      [kind]: waiting,
    });
    return {
      asked,
      answer: (name: string) => answers.get(name)?.(),
      looked: (name: string) =>
        new Promise<unknown>((resolve) =>
          lookup(name, { all: true }, (error, found) => resolve(error ?? found)),
        ),
    };
  };

  test.each<[kind: keyof NameSources, atOnce: number]>([
    ["beside", 64],
    ["system", 1],
  ])("%s is asked about no more than %d at once, each once", async (kind, atOnce) => {
    const { asked, answer, looked } = open(kind);
    const names = Array.from({ length: atOnce + 2 }, (_, at) => `${at}.example`);
    const found = [...names, ...names].map(looked);
    await until(() => asked.length >= atOnce);
    expect(asked).toEqual(names.slice(0, atOnce));
    for (const [at, name] of names.entries()) {
      answer(name);
      await found[at];
      await until(() => asked.length >= Math.min(atOnce + at + 1, names.length));
      expect(asked).toEqual(names.slice(0, atOnce + at + 1));
    }
    expect(await Promise.all(found)).toEqual(found.map(() => [HERE]));
  });
});

test.each([
  ["nameserver 10.0.0.1\nnameserver\t2001:db8::53 \n", ["10.0.0.1", "2001:db8::53"]],
  ["# nameserver 10.0.0.1\nsearch nameserver\noptions ndots:2\nnameserver 10.0.0.2", ["10.0.0.2"]],
  ["", ["127.0.0.1"]],
])("the name servers of %j are %j", (text, servers) => expect(nameServersIn(text)).toEqual(servers));
