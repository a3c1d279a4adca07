import { dlopen, ptr } from "bun:ffi";
import { afterEach, expect, jest, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { inOrder, openDatagrams } from "../../src/server/datagram.ts";
import { directory, until } from "../harness.ts";

/** `AF_UNIX`, `SOCK_DGRAM`, `MSG_DONTWAIT`: unix(7), recv(2). */
const [AF_UNIX, SOCK_DGRAM, MSG_DONTWAIT] = [1, 2, 0x40] as const;

/** A receiver of datagrams; `next` is what came next, if there is any. */
function receiver(path: string): Disposable & { next(): string | undefined } {
  const { symbols: libc } = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
  const address = Buffer.from(`\x01\0${path}\0`, "latin1");
  const socket = libc.socket(AF_UNIX, SOCK_DGRAM, 0);
  expect(libc.bind(socket, ptr(address), address.length)).toBe(0);
  const buffer = Buffer.alloc(1000);
  return {
    next() {
      const length = Number(libc.recv(socket, ptr(buffer), buffer.length, MSG_DONTWAIT));
      return length < 0 ? undefined : buffer.toString("utf8", 0, length);
    },
    [Symbol.dispose]: () => libc.close(socket),
  };
}

test.skipIf(process.platform !== "linux")(
  "whoever reads datagrams late gets all of them, in their order",
  async () => {
    await using files = await directory({});
    const path = files.file("notify");
    using socket = receiver(path);
    const send = await openDatagrams(path);
    const room = Number(await readFile("/proc/sys/net/unix/max_dgram_qlen", "utf8"));
    const sent = Array.from({ length: room + 50 }, (_, at) => `WATCHDOG=${at}`);
    for (const text of sent) send(text);

    const got: string[] = [];
    await until(() => {
      for (let next = socket.next(); next !== undefined; next = socket.next()) got.push(next);
      return got.length >= sent.length;
    });
    expect(got).toEqual(sent);
  },
);

afterEach(() => jest.useRealTimers());

test("what nobody takes is sent again after growing pauses, and soon once more when somebody has taken some", () => {
  jest.useFakeTimers();
  let isThere = false;
  let tries = 0;
  const got: string[] = [];
  const send = inOrder((bytes) => {
    tries++;
    if (isThere) got.push(bytes.toString());
    return isThere;
  });
  send("READY=1");
  expect(tries).toBe(1);
  jest.advanceTimersByTime(50 + 100 + 200 + 400 + 800);
  expect(tries).toBe(6);
  send("WATCHDOG=1");
  jest.advanceTimersByTime(8000);
  expect(tries).toBe(16);
  isThere = true;
  jest.advanceTimersByTime(800);
  expect(got).toEqual(["READY=1", "WATCHDOG=1"]);
  isThere = false;
  tries = 0;
  send("STOPPING=1");
  jest.advanceTimersByTime(50);
  expect(tries).toBe(2);
});
