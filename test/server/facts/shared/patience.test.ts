import { expect, test } from "bun:test";
import { connect } from "node:net";
import { Patience } from "../../../../src/server/facts/shared/patience.ts";

test("what never comes is not waited for for ever", async () => {
  expect(await new Patience().for(new Promise(() => {}))).toBeUndefined();
});

test("what comes is handed on, and so is what goes wrong", async () => {
  const patience = new Patience();
  expect(await patience.for(Promise.resolve(5))).toBe(5);
  await expect(patience.for(Promise.reject(new Error("READONLY")))).rejects.toThrow("READONLY");
});

test("what came while this process was held up is in time", async () => {
  const listener = Bun.listen({
    ...{ hostname: "127.0.0.1", port: 0 },
    socket: { data: (socket, bytes) => void socket.write(bytes) },
  });
  try {
    const socket = connect(listener.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const patience = new Patience();
    for (let n = 0; n < 3; n++) {
      const answer = patience.for(new Promise((resolve) => socket.once("data", resolve)));
      socket.write("ping");
      const endMs = performance.now() + 500;
      while (performance.now() < endMs);
      expect(await answer).toBeDefined();
    }
    socket.destroy();
  } finally {
    listener.stop(true);
  }
});
