import { describe, expect, test } from "bun:test";
import { openOutlet } from "../../../../src/server/observe/log/outlet.ts";
import { Random } from "../../../fuzz/random.ts";
import { until } from "../../../harness.ts";

const NEWLINE = 10;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Whoever reads the log: takes `atMost` bytes a time, and none while it does not read. */
function reader(atMost = Number.POSITIVE_INFINITY) {
  let text = "";
  let writes = 0;
  let open = Promise.withResolvers<void>();
  open.resolve();
  return {
    get text() {
      return text;
    },
    get writes() {
      return writes;
    },
    pause() {
      open = Promise.withResolvers<void>();
    },
    resume: () => open.resolve(),
    async take(bytes: Uint8Array) {
      await open.promise;
      writes++;
      const part = bytes.subarray(0, atMost);
      text += Buffer.from(part).toString();
      return part.length;
    },
  };
}

test("lines of one turn are written together, in order", async () => {
  const log = reader();
  const outlet = openOutlet(log.take, () => {});
  for (const line of ["a\n", "b\n", "c\n"]) outlet.write(line);
  await outlet.drain(10_000);
  expect([log.text, log.writes]).toEqual(["a\nb\nc\n", 1]);
});

describe("lines that come soon after a write", () => {
  const HOUR_MS = 3_600_000;
  /** An outlet that has written its first line, and gathers what comes for an hour. */
  async function gathering() {
    const log = reader();
    const outlet = openOutlet(log.take, () => {}, HOUR_MS);
    outlet.write("first\n");
    await until(() => log.text === "first\n");
    return { log, outlet };
  }

  test("are written together, at the latest when nothing more is to come", async () => {
    const { log, outlet } = await gathering();
    for (const line of ["a\n", "b\n", "c\n"]) {
      outlet.write(line);
      await turn();
    }
    expect(log.writes).toBe(1);
    await outlet.drain(10_000);
    expect([log.text, log.writes]).toEqual(["first\na\nb\nc\n", 2]);
  });

  test("are written at once where they are many", async () => {
    const { log, outlet } = await gathering();
    const line = `${"x".repeat(999)}\n`;
    for (let count = 0; count < 100; count++) outlet.write(line);
    await until(() => log.text.length > 64_000);
    await outlet.drain(10_000);
    expect(log.text).toBe(`first\n${line.repeat(100)}`);
  });

  test("are written by themselves after a while", async () => {
    const log = reader();
    const outlet = openOutlet(log.take, () => {}, 20);
    outlet.write("first\n");
    await until(() => log.text === "first\n");
    outlet.write("second\n");
    await until(() => log.text === "first\nsecond\n");
  });
});

test("what is taken in pieces arrives whole", async () => {
  const log = reader(3);
  const outlet = openOutlet(log.take, () => {});
  outlet.write("first line\n");
  outlet.write("sécond\n");
  await outlet.drain(10_000);
  expect(log.text).toBe("first line\nsécond\n");
});

test("while nobody reads, so many lines are kept; the rest is counted, and told of once there is room", async () => {
  const log = reader();
  const told: number[] = [];
  const outlet = openOutlet(log.take, (count) => {
    told.push(count);
    outlet.write(`dropped ${count}\n`);
  });
  log.pause();
  const line = `${"x".repeat(999)}\n`;
  outlet.write(line);
  await Bun.sleep(1);
  for (let count = 0; count < 100_000; count++) outlet.write(line);
  expect(outlet.dropped).toBeGreaterThan(98_000);
  expect(told).toEqual([]);
  log.resume();
  await until(() => log.text.includes("dropped"));
  await outlet.drain(10_000);
  expect(told).toEqual([outlet.dropped]);
  expect(log.text.split(line).length - 1).toBe(100_001 - outlet.dropped);
});

test("one that is closed, or full for now, costs nothing but its lines", async () => {
  let tries = 0;
  let text = "";
  const outlet = openOutlet(
    async (bytes) => {
      if (++tries < 3) throw Object.assign(new Error("again"), { code: "EAGAIN" });
      text += Buffer.from(bytes).toString();
      return bytes.length;
    },
    () => {},
  );
  outlet.write("late\n");
  await outlet.drain(10_000);
  expect(text).toBe("late\n");

  const closed = openOutlet(
    () => Promise.reject(Object.assign(new Error("closed"), { code: "EPIPE" })),
    () => {},
  );
  closed.write("lost\n");
  await closed.drain(10_000);
});

test("what a full disk does not take is counted, told of when it takes lines again, and half a line stays alone", async () => {
  let text = "";
  let room = 8;
  const told: number[] = [];
  const outlet = openOutlet(
    async (bytes) => {
      if (room === 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      const part = bytes.subarray(0, room);
      room -= part.length;
      text += Buffer.from(part).toString();
      return part.length;
    },
    (count) => {
      told.push(count);
      outlet.write(`dropped ${count}\n`);
    },
  );
  const write = async (line: string) => {
    outlet.write(line);
    await outlet.drain(10_000);
  };
  await write("first\n");
  await write("second\n");
  await write("third\n");
  expect([outlet.dropped, told]).toEqual([2, []]);
  room = 1000;
  await write("fourth\n");
  await write("fifth\n");
  expect([outlet.dropped, told]).toEqual([2, [2]]);
  expect(text).toBe("first\nse\nfourth\ndropped 2\nfifth\n");
});

test("none of many lines is taken twice, in pieces or out of order, and lost ones are counted, whatever fails", async () => {
  const random = new Random(7);
  const pieces: Buffer[] = [];
  let isFull = false;
  const outlet = openOutlet(
    async (bytes) => {
      if (random.once(2)) await turn();
      if (random.once(10)) isFull = !isFull;
      if (isFull) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      const count = 1 + random.below(bytes.length);
      // A line of which only the end is missing would count as lost, and be whole all the same.
      const part = Buffer.from(bytes.subarray(0, bytes[count] === NEWLINE ? count + 1 : count));
      pieces.push(part);
      return part.length;
    },
    () => {},
    0,
  );
  const lines = Array.from({ length: 1000 }, (_, at) => {
    const text = random
      .pick(["a", "é", "€", "\u{1f4de}"])
      .repeat(random.below(random.once(50) ? 100_000 : 200));
    return `${at} ${text} ${at}`;
  });
  for (const line of lines) {
    outlet.write(`${line}\n`);
    if (random.once(10)) await turn();
  }
  await outlet.drain(60_000);
  const taken = Buffer.concat(pieces).toString().split("\n");
  const whole = taken.map((line) => lines.indexOf(line)).filter((at) => at >= 0);
  expect(whole).toEqual([...new Set(whole)].toSorted((a, b) => a - b));
  expect(whole.length + outlet.dropped).toBe(lines.length);
});

test("the end is not waited for longer than it may take", async () => {
  const log = reader();
  log.pause();
  const outlet = openOutlet(log.take, () => {});
  outlet.write("never read\n");
  await outlet.drain(10);
  expect(log.text).toBe("");
});
