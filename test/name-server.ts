/** A name server of a test's own, and programs that ask it instead of the machine's. */
import { randomInt } from "node:crypto";

/** Whether this user may give a program name servers of its own: root on Linux. */
export const MAY_SET_NAME_SERVERS: boolean = process.platform === "linux" && process.getuid?.() === 0;

/** A name server on the loopback interface. */
export interface NameServer extends Disposable {
  /** What `/etc/resolv.conf` says where it is asked. */
  readonly resolvConf: string;
  /** The names that it was asked for so far. */
  readonly asked: readonly string[];
}

/** Starts a name server that knows these names, all at 127.0.0.1, and never answers for others. */
export async function nameServer(names: readonly string[] = []): Promise<NameServer> {
  const asked: string[] = [];
  // The port is always the same, so each has an address of its own.
  const hostname = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  const socket = await Bun.udpSocket({
    hostname,
    port: 53,
    socket: {
      data(socket, query, port, address) {
        const { name, end } = questionOf(query);
        asked.push(name);
        if (names.includes(name)) socket.send(answerTo(query, end), port, address);
      },
    },
  });
  return {
    // Whoever asks for another name waits for longer than a test does.
    resolvConf: `nameserver ${hostname}\noptions timeout:30 attempts:5\n`,
    asked,
    [Symbol.dispose]: () => socket.close(),
  };
}

/** The command with the file at `path` as its `/etc/resolv.conf`. */
export function withResolvConf(path: string, command: readonly string[]): string[] {
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, path, ...command];
}

/** The length of a header: RFC 1035, 4.1.1. */
const HEADER_BYTES = 12;
const TYPE_A = 1;

/** The name in the question, and where the question ends. */
function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 5 };
}

/** The only address is one of IPv4. */
function answerTo(query: Buffer, end: number): Buffer {
  const hasAddress = query.readUInt16BE(end - 4) === TYPE_A;
  const header = Buffer.from(query.subarray(0, HEADER_BYTES));
  // A response, recursion wanted and available; one question, no or one answer.
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(hasAddress ? 1 : 0, 6);
  header.fill(0, 8);
  // The name of the question, type A, class IN, a time to live of 255 s, four bytes.
  const address = [0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 255, 0, 4, 127, 0, 0, 1];
  return Buffer.concat([header, query.subarray(HEADER_BYTES, end), Buffer.from(hasAddress ? address : [])]);
}
