/**
 * A program that mounts a file system which does not answer, as a network's does whose server is gone; for root on
 * Linux. `bun hanging-file-system.ts DIRECTORY` says "mounted", and hangs too until it is killed.
 */
import { dlopen } from "bun:ffi";
import { openSync, readSync, writeSync } from "node:fs";

/** From Linux's include/uapi/linux/fuse.h. */
const FUSE_INIT = 26;
const [MS_NOSUID, MS_NODEV] = [2n, 4n];

const { symbols } = dlopen("libc.so.6", {
  mount: { args: ["cstring", "cstring", "cstring", "u64", "cstring"], returns: "i32" },
});
const text = (value: string) => Buffer.from(`${value}\0`);
const [, , directory = ""] = process.argv;
const device = openSync("/dev/fuse", "r+");
const options = `fd=${device},rootmode=40000,user_id=0,group_id=0`;
const code = symbols.mount(
  text("hanging"),
  text(directory),
  text("fuse"),
  MS_NOSUID | MS_NODEV,
  text(options),
);
if (code !== 0) throw new Error("Cannot mount a file system in user space");

const request = Buffer.alloc(1 << 20);
readSync(device, request);
if (request.readUInt32LE(4) !== FUSE_INIT) throw new Error("The first request must be FUSE_INIT");
const answer = Buffer.alloc(16 + 64);
answer.writeUInt32LE(answer.length, 0);
request.copy(answer, 8, 8, 16);
const [major, minor, maxWrite] = [7, 23, 4096];
answer.writeUInt32LE(major, 16);
answer.writeUInt32LE(minor, 20);
answer.writeUInt32LE(maxWrite, 36);
writeSync(device, answer);
console.log("mounted");
setInterval(() => {}, 1 << 30);
