/** Sending a datagram to a Unix socket, which neither runtime can do through Node's API. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Sends one datagram, after those before it; waits for nobody. Where the receiver has no room, it is sent later. */
export type SendDatagram = (text: string) => void;

/** The part of Deno's API that is used here; it is there with `--unstable-net`. */
interface DenoDatagrams {
  listenDatagram?(options: { transport: "unixpacket"; path: string }): {
    send(bytes: Uint8Array, to: { transport: "unixpacket"; path: string }): Promise<number>;
    close(): void;
  };
}

/**
 * Opens a way to send datagrams to a socket.
 *
 * @param address its path; one that begins with `@` is abstract
 * @throws if there is no such way; the message says why
 */
export async function openDatagrams(address: string): Promise<SendDatagram> {
  if ("Deno" in globalThis) {
    return openOnDeno((globalThis as unknown as { Deno: DenoDatagrams }).Deno, address);
  }
  return await openOnBun(address);
}

function openOnDeno(deno: DenoDatagrams, address: string): SendDatagram {
  if (!deno.listenDatagram) throw new Error("Deno sends datagrams only with --unstable-net");
  const own = join(tmpdir(), `switchhook-${randomUUID()}.sock`);
  const socket = deno.listenDatagram({ transport: "unixpacket", path: own });
  // The name is needed to be opened, and for nothing else.
  rmSync(own, { force: true });
  const path = address.replace(/^@/, "\0");
  return (text) => {
    socket.send(Buffer.from(text), { transport: "unixpacket", path }).catch(() => {});
  };
}

/** Linux: `AF_UNIX`; `SOCK_DGRAM | SOCK_CLOEXEC`; `MSG_DONTWAIT | MSG_NOSIGNAL`. */
const [AF_UNIX, SOCK_DGRAM, FLAGS] = [1, 0o2000002, 0x4040] as const;

/** The most bytes of an address that a `sockaddr_un` holds: unix(7). */
const LONGEST_ADDRESS = 107;

/** What the C library is called: glibc, then musl. */
const LIBRARIES = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

async function openOnBun(address: string): Promise<SendDatagram> {
  const { dlopen, ptr } = await import("bun:ffi");
  const open = (library: string) =>
    dlopen(library, {
      socket: { args: ["i32", "i32", "i32"], returns: "i32" },
      sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    }).symbols;
  const libc = firstOf(LIBRARIES, open);
  const name = Buffer.from(address.replace(/^@/, "\0"));
  if (name.length > LONGEST_ADDRESS) throw new Error("the address of the socket is too long");
  const socket = libc.socket(AF_UNIX, SOCK_DGRAM, 0);
  if (socket < 0) throw new Error("there are no file descriptors left");
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  // An abstract name ends where the address does; a path ends with a zero.
  const sockaddr = Buffer.concat([family, name, address.startsWith("@") ? Buffer.alloc(0) : Buffer.alloc(1)]);
  return inOrder((bytes) => {
    const sent = libc.sendto(socket, ptr(bytes), bytes.length, FLAGS, ptr(sockaddr), sockaddr.length);
    return Number(sent) >= 0;
  });
}

/** How long to wait before what was not taken is sent again, at first and at most, in milliseconds: there may be nobody to take it. */
const AGAIN_MS = { first: 50, most: 800 } as const;
/** How many wait at most; then the oldest is dropped. */
const MOST_WAITING = 100;

/**
 * Sends again what is not taken. As few as ten datagrams wait for a receiver (`net.unix.max_dgram_qlen`), of all its senders: where
 * systemd is busy, it would never learn that the server is ready, and end it.
 *
 * @param send whether a datagram was taken
 */
export function inOrder(send: (bytes: Buffer) => boolean): SendDatagram {
  const waiting: Buffer[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs: number = AGAIN_MS.first;
  const sendAll = () => {
    timer = undefined;
    while (waiting[0] && send(waiting[0])) {
      waiting.shift();
      pauseMs = AGAIN_MS.first;
    }
    if (waiting.length === 0) return;
    timer = setTimeout(sendAll, pauseMs);
    pauseMs = Math.min(2 * pauseMs, AGAIN_MS.most);
    // It is no reason to go on living.
    timer.unref();
  };
  return (text) => {
    waiting.push(Buffer.from(text));
    if (waiting.length > MOST_WAITING) waiting.shift();
    if (timer === undefined) sendAll();
  };
}

function firstOf<Found>(names: readonly string[], open: (name: string) => Found): Found {
  for (const name of names) {
    try {
      return open(name);
    } catch {
      // The next one.
    }
  }
  throw new Error("there is no C library to send datagrams with");
}
