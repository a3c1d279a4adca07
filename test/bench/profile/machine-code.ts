/**
 * What the engine compiled and where it put it, from the file that it writes with the option `useJITDump`: the format of
 * Linux, tools/perf/Documentation/jitdump-specification.txt.
 */
import { readFileSync } from "node:fs";

/** Machine code that was made of a function, or that serves many. */
export interface Code {
  /** As the engine says it: `JSC-FTL: decide#D1kcIh`, with the function's hash behind `#` where it is of a function. */
  readonly name: string;
  /** When it was made, in seconds of the clock `CLOCK_MONOTONIC`. */
  readonly fromS: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** The kind of record that tells of new code. */
const CODE_LOAD = 0;
const RECORD_HEAD_BYTES = 16;
const CODE_HEAD_BYTES = 40;
/** As a power of two: code is looked for by the page that it is on. */
const PAGE_BITS = 12n;

/** All machine code of a run. */
export class MachineCode {
  readonly #byPage = new Map<bigint, Code[]>();

  /** @throws if the file cannot be read */
  constructor(file: string) {
    for (const code of read(readFileSync(file))) {
      for (let page = code.start >> PAGE_BITS; page <= code.end >> PAGE_BITS; page++) {
        const there = this.#byPage.get(page);
        if (there) there.push(code);
        else this.#byPage.set(page, [code]);
      }
    }
  }

  /** What stood at an address at a time: places are used again once code is thrown away. */
  at(address: bigint, seconds: number): Code | undefined {
    return this.#byPage
      .get(address >> PAGE_BITS)
      ?.findLast(({ start, end, fromS }) => start <= address && address < end && fromS <= seconds);
  }
}

function* read(dump: Buffer): Generator<Code> {
  // The head of the file says how long it is; the process may have ended in the middle of the last record.
  let at = dump.readUInt32LE(8);
  while (at + RECORD_HEAD_BYTES <= dump.length) {
    const [kind, size] = [dump.readUInt32LE(at), dump.readUInt32LE(at + 4)];
    if (size === 0 || at + size > dump.length) return;
    if (kind === CODE_LOAD) {
      const body = at + RECORD_HEAD_BYTES;
      const start = dump.readBigUInt64LE(body + 16);
      const name = dump.toString("latin1", body + CODE_HEAD_BYTES, dump.indexOf(0, body + CODE_HEAD_BYTES));
      const end = start + dump.readBigUInt64LE(body + 24);
      yield { name, fromS: Number(dump.readBigUInt64LE(at + 8)) / 1e9, start, end };
    }
    at += size;
  }
}
