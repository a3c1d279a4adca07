import { expect, test } from "bun:test";
import { passedSocket } from "../../../../src/server/http/listening/passed-socket.ts";

/** What becomes of an environment, for process 42: the descriptor or the complaint, and what is left of it. */
function passed(env: Record<string, string>) {
  const left = new Map(Object.entries(env));
  const take = (name: string) => {
    const value = left.get(name);
    left.delete(name);
    return value;
  };
  try {
    return { found: passedSocket(take, 42), left: [...left.keys()] };
  } catch (error) {
    return { found: (error as Error).message, left: [...left.keys()] };
  }
}

test.each<[what: string, env: Record<string, string>, found: number | undefined]>([
  ["nothing", {}, undefined],
  ["one socket", { LISTEN_PID: "42", LISTEN_FDS: "1" }, 3],
  ["one socket, whatever it is called", { LISTEN_PID: "42", LISTEN_FDS: "1", LISTEN_FDNAMES: "x" }, 3],
  ["one of another process", { LISTEN_PID: "41", LISTEN_FDS: "1", LISTEN_FDNAMES: "webhook" }, undefined],
  ["none", { LISTEN_PID: "42", LISTEN_FDS: "0" }, undefined],
  ["what is no number", { LISTEN_PID: "42", LISTEN_FDS: "many" }, undefined],
  ["one by name", { LISTEN_PID: "42", LISTEN_FDS: "3", LISTEN_FDNAMES: "a:webhook:b" }, 4],
])("of %s, the descriptor is found, and nothing is handed on", (_what, env, found) => {
  expect(passed({ ...env, HOME: "/" })).toEqual({ found, left: ["HOME"] });
});

test.each([
  [{ LISTEN_FDS: "2", LISTEN_FDNAMES: "webhook:webhook" }, 2],
  [{ LISTEN_FDS: "2", LISTEN_FDNAMES: "a:b" }, 0],
  [{ LISTEN_FDS: "2" }, 0],
])("several that cannot be told apart are refused: %j", (env, named) => {
  expect(passed({ LISTEN_PID: "42", ...env }).found).toBe(
    `systemd passes 2 sockets, and ${named} of them are called "webhook": switchhook.socket must have one ListenStream= and FileDescriptorName=webhook`,
  );
});
