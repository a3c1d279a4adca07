import { expect, test } from "bun:test";
import { Health } from "../../../src/server/webhook/health.ts";

test("whoever asks is told ok", async () => {
  const response = new Health().answer("GET");
  expect([response.status, await response.text()]).toEqual([200, "ok"]);
});

test("while the server leaves, a check gets no answer, so that it is asked again", async () => {
  const health = new Health();
  await health.leave();
  expect(health.answer("GET").type).toBe("error");
  expect(health.answer("HEAD").status).toBe(503);
});

test("it leaves once the call has come that may follow a check", async () => {
  const health = new Health();
  health.answer("GET");
  let hasLeft = false;
  const leaving = health.leave().then(() => {
    hasLeft = true;
  });
  await Bun.sleep(0);
  expect(hasLeft).toBe(false);
  await leaving;
});
