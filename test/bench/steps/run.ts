/**
 * `make bench-steps`: what each step of a call takes, in one thread that does nothing else, and what some ways to make a
 * digest take. ONLY=decide,digest names steps, or how they begin.
 */
import { bench, do_not_optimize, group, run } from "mitata";
import { directory, KEY } from "../../harness.ts";
import { callOf, requestOf } from "../calls/requests.ts";
import { DIGESTS } from "./digests.ts";
import { openSteps } from "./steps.ts";

const only = (process.env.ONLY ?? "").split(",").filter((word) => word !== "");
const isWanted = (name: string) => only.length === 0 || only.some((word) => name.startsWith(word));

await using files = await directory({});
const steps = await openSteps(files.path);
group("a step of a call", () => {
  for (const { name, run: step } of steps) {
    if (!isWanted(name)) continue;
    // The first step is taken here: before it measures anything, mitata collects garbage some dozen times, which takes a
    // second each time once there are as many calls as the steps need.
    bench(name, function* () {
      // To wait for what is there already would take longer than most of the steps.
      const isWaiting = step() instanceof Promise;
      yield isWaiting ? async () => do_not_optimize(await step()) : () => do_not_optimize(step());
    });
  }
});
const request = requestOf(callOf(0, 0), KEY, Date.now());
const body = request.subarray(request.indexOf("{"));
group("digest of a body and a time", () => {
  for (const { name, make } of DIGESTS)
    if (isWanted("digest")) bench(name, () => do_not_optimize(make(body, "1764291246000")));
});
await run({ colors: process.stdout.isTTY === true });
process.exit(0);
