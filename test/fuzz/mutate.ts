/** Small changes of bytes and texts. */
import type { Random } from "./random.ts";

/** Pieces of the languages that are read: TOML, lists, CSV, JSON, templates, times, numbers. */
const TOKENS = [
  ...[
    '"',
    "'",
    '"""',
    "'''",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
  ],
  ...[
    "true",
    "false",
    "nan",
    "-inf",
    "0",
    "-1",
    "1e999",
    "0x1f",
    "9223372036854775808",
    "1_000",
    "1979-05-27",
  ],
  ...["${", "}", "${env:X}", "${env:X:-", "${file:spam.txt}", "${file:", "${credential:x}", "${from_number}"],
  ...["${contact.plan:-none}", "${header.x-tier}", "${call_id}", "{{", "}}", "${}", ":-"],
  ...[
    "@",
    "@spam",
    "@vip",
    "+",
    "+1",
    "*",
    "+1900*",
    "country:MX",
    "country:",
    "withheld",
    "contact",
    "anonymous",
  ],
  ...[
    "agent",
    "split",
    "reject",
    "pass",
    "when",
    "rules",
    "rulesets",
    "continue",
    "sms",
    "presets",
    "variables",
    "metadata",
    "delay",
    "notify",
  ],
  ...[
    "include",
    "numbers",
    "lists",
    "contacts",
    "defaults",
    "schedules",
    "limits",
    "expect",
    "retell",
    "agents",
    "notify",
  ],
  ...[
    "closed",
    "mon-fri 09:00-17:30",
    "24:00",
    "25:00",
    "fri 22:00-02:00",
    "2026-02-30",
    "12-25",
    "1d",
    "0s",
    "9s",
  ],
  ...[
    "America/Los_Angeles",
    "UTC",
    "prod",
    "latest",
    "__proto__",
    "constructor",
    "toString",
    "\u0000",
    "\u001b[31m",
  ],
  ...[
    "\ufeff",
    "\u2028",
    "\u202e",
    "ÿ",
    "😀",
    "\ud800",
    "\\u0000",
    "\\ud800",
    "\\",
    "\\n",
    '"\\"',
    "null",
    "[]",
    "{}",
  ],
] as const;

/** In bytes: what is doubled and doubled again would take all memory. */
const LARGEST = 4 * 1024 * 1024;

/** Changes a few places of some bytes. @param others what pieces can be taken from */
export function mutated(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let changed = bytes;
  for (let times = 1 + random.below(random.once(3) ? 12 : 3); times > 0; times--)
    changed = once(changed, others, random);
  return changed;
}

function once(bytes: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(random.once(4) ? 200 : 8));
  const put = (piece: Uint8Array, until = at) => joined(bytes.subarray(0, at), piece, bytes.subarray(until));
  const [lineStart, lineEnd] = lineAround(bytes, at);
  switch (random.below(10)) {
    case 0:
      return put(Uint8Array.of(random.below(256)), at + 1);
    case 1:
      return put(new Uint8Array(), end);
    case 2:
      return put(bytes.subarray(at, end), at);
    case 3:
    case 4:
      return put(Buffer.from(random.pick(TOKENS)));
    case 5:
      return put(Buffer.from(random.pick(TOKENS)), end);
    case 6: {
      // A line less.
      return joined(bytes.subarray(0, lineStart), bytes.subarray(lineEnd));
    }
    case 7: {
      // A line twice, or many times.
      const line = bytes.subarray(lineStart, lineEnd);
      const most = Math.floor(LARGEST / Math.max(1, bytes.length));
      const times = Math.min(random.once(20) ? 300 : 1, most);
      return joined(
        bytes.subarray(0, lineStart),
        ...Array.from({ length: times }, () => line),
        bytes.subarray(lineStart),
      );
    }
    case 8: {
      // A line of another file.
      const other = random.pick([bytes, ...others]);
      const [from, to] = lineAround(other, random.below(other.length + 1));
      return joined(bytes.subarray(0, lineEnd), other.subarray(from, to), bytes.subarray(lineEnd));
    }
    default: {
      // Something long, or deep.
      const token = Buffer.from(random.pick(TOKENS));
      return random.once(8) ? put(Buffer.concat(Array.from({ length: 2000 }, () => token))) : put(token);
    }
  }
}

function lineAround(bytes: Uint8Array, at: number): readonly [number, number] {
  const start = at === 0 ? 0 : bytes.lastIndexOf(10, at - 1) + 1;
  const end = bytes.indexOf(10, at);
  return [start, end < 0 ? bytes.length : end + 1];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
