import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Agent } from "../../../src/routing/agent.ts";
import {
  type Contact,
  contactBook,
  contactCount,
  contactsIn,
  contactsOf,
  memoryOfBook,
} from "../../../src/routing/callers/contact-book.ts";
import type { PhoneKey } from "../../../src/routing/callers/phones/canonical.ts";
import type { E164 } from "../../../src/routing/callers/phones/phone.ts";

const agent = (name: string): Agent => ({ name, id: `agent_${name}`, version: undefined, presets: [] });

/** Contacts with numbers of their own, close to each other and far apart, with fields of every script. */
const anyContacts: fc.Arbitrary<Contact[]> = fc.uniqueArray(
  fc.record({
    number: fc
      .oneof(
        fc.integer({ min: 12_010_000_000, max: 12_010_000_999 }),
        fc.integer({ min: 1e6, max: 1e15 - 1 }),
      )
      .map((key) => `+${key}` as E164),
    values: fc.array(fc.oneof(fc.constantFrom("", "ł𝄞", "\ufeffa", "a,b"), fc.string({ unit: "grapheme" })), {
      maxLength: 4,
    }),
    agent: fc.option(fc.constantFrom("a", "b").map(agent), { nil: undefined }),
    presets: fc.subarray(["warm", "loud"]),
  }),
  { selector: ({ number }) => number, maxLength: 300 },
);

function plain({ number, values, agent, presets }: Contact): Contact {
  return { number, values, agent, presets };
}

test("a packed book has what a Map has of the same contacts", () => {
  fc.assert(
    fc.property(
      anyContacts,
      fc.array(fc.integer({ min: 12_010_000_000, max: 12_010_001_100 })),
      (contacts, others) => {
        const map = new Map(contacts.map((contact) => [Number(contact.number) as PhoneKey, contact]));
        const book = contactBook(contacts);
        expect(contactCount(book)).toBe(map.size);
        expect([...contactsIn(book)].map(plain)).toEqual(contacts);
        const known = contactsOf(book);
        for (const [key, contact] of map) {
          const found = known.get(key);
          expect(found && plain(found)).toEqual(contact);
        }
        for (const key of others as PhoneKey[]) expect(known.get(key)?.number).toBe(map.get(key)?.number);
      },
    ),
  );
});

test("a book goes to another thread as memory, and leaves nothing behind", () => {
  const book = contactBook([
    { number: "+12137771234" as E164, values: ["Ann"], agent: agent("a"), presets: [] },
    { number: "+12137771236" as E164, values: ["Bob"], agent: undefined, presets: ["warm"] },
  ]);
  const before = [...contactsIn(book)].map(plain);
  const sent = structuredClone(book, { transfer: memoryOfBook(book) });
  expect([...contactsIn(sent)].map(plain)).toEqual(before);
  expect(memoryOfBook(book).map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0]);
});

test("a contact takes little more than its fields", () => {
  const count = 50_000;
  const book = contactBook(
    (function* () {
      for (let at = 0; at < count; at++)
        yield {
          number: `+${12_010_000_000 + at}` as E164,
          values: ["Ann", "gold"],
          agent: undefined,
          presets: [],
        };
    })(),
  );
  const bytes = memoryOfBook(book).reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(bytes / count).toBeLessThan(9 + 8 + 8 + 4 * 3);
});
