import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import * as fc from "fast-check";
import { loadConfig } from "../../../src/config/load.ts";
import { type Job, Loader } from "../../../src/server/live/loader.ts";
import { pack } from "../../../src/server/live/parcel/parcel.ts";
import { agencyFiles } from "../../bench/calls/clients.ts";
import { type Directory, directory, KEY, until } from "../../harness.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00Z");

/** A first load of a file: whatever is in force, it is another one. */
function jobOf(files: Directory): Job {
  return {
    path: files.file("config.toml"),
    inForce: undefined,
    nowMs: NOW_MS,
    isAged: false,
  };
}

/** No list or contacts come from URLs. */
const nobody = async () => new Map();

/** The threads that were started, while {@link Worker} is this. */
const started: Worker[] = [];
const RealWorker = globalThis.Worker;
class NotedWorker extends RealWorker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    started.push(this);
  }
}

beforeEach(() => {
  process.env.RETELL_API_KEY = KEY;
  started.length = 0;
  globalThis.Worker = NotedWorker;
});

afterEach(() => {
  globalThis.Worker = RealWorker;
});

describe("the thread that loads", () => {
  const TINY = 'retell.api_key = "${env:RETELL_API_KEY}"\nnumbers."+12137771235".agent = "agent_1"\n';

  test("stays for the next load", async () => {
    await using files = await directory({ "config.toml": TINY });
    const loader = new Loader();
    await loader.load(jobOf(files), nobody);
    await loader.load(jobOf(files), nobody);
    loader.close();
    expect(started).toHaveLength(1);
  });

  test("goes when it has had nothing to do for a while", async () => {
    await using files = await directory({ "config.toml": TINY });
    const loader = new Loader(1);
    await loader.load(jobOf(files), nobody);
    let hasEnded = false;
    started[0]?.addEventListener("close", () => {
      hasEnded = true;
    });
    await until(() => hasEnded);
    await loader.load(jobOf(files), nobody);
    loader.close();
    expect(started).toHaveLength(2);
  });

  test("is replaced where it has died", async () => {
    await using files = await directory({ "config.toml": TINY });
    const loader = new Loader();
    await loader.load(jobOf(files), nobody);
    let hasEnded = false;
    started[0]?.addEventListener("close", () => {
      hasEnded = true;
    });
    started[0]?.terminate();
    await until(() => hasEnded);
    const { parcel } = await loader.load(jobOf(files), nobody);
    expect(parcel.numbers.keys).toHaveLength(1);
    const loading = loader.load(jobOf(files), nobody);
    started[1]?.terminate();
    await expect(loading).rejects.toThrow("has ended");
    loader.close();
    expect(started).toHaveLength(2);
  });

  test("is not waited for by another load", async () => {
    await using files = await directory({ "config.toml": TINY });
    const loader = new Loader();
    await Promise.all([loader.load(jobOf(files), nobody), loader.load(jobOf(files), nobody)]);
    await loader.load(jobOf(files), nobody);
    loader.close();
    expect(started).toHaveLength(2);
  });
});

describe("whatever was loaded before in the same thread", () => {
  const CLIENTS = 4;
  const original = agencyFiles(CLIENTS);
  const names = Object.keys(original);

  /** What becomes of a file: undefined where it goes. */
  const edits: Readonly<Record<string, (text: string, round: number) => string | undefined>> = {
    "put back": (text) => text,
    removed: () => undefined,
    empty: () => "",
    "cut off": (text) => text.slice(0, text.length / 2),
    "with an agent that there is not": (text) => text.replace('agent = "night"', 'agent = "nobody"'),
    "with a broken expectation": (text) =>
      text.replace('agent = "frontdesk"\n\n[[expect]]', 'agent = "sales"\n\n[[expect]]'),
    "with an unknown key": (text) => `${text}\nunheard_of = 1\n`,
    "with other numbers": (text, round) => text.replaceAll("+1213200", `+121320${round % 10}`),
    "with other hours": (text, round) => text.replace("sat 10:00", `sat ${(round % 9) + 1}:00`),
    "of other bytes that mean the same": (text, round) => `${text}# ${round}\n`,
  };

  test("a load finds what a first one finds", async () => {
    await using files = await directory(original);
    const loader = new Loader();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.constantFrom(...Object.keys(edits)),
        async (name, edit) => {
          const text = edits[edit]?.(original[name] ?? "", ++round);
          if (text === undefined) await rm(files.file(name), { force: true });
          else await files.write(name, text);
          const { parcel } = await loader.load(jobOf(files), nobody);
          const fresh = await loadConfig(files.file("config.toml"), process.env, "required", NOW_MS);
          expect(parcel).toEqual(structuredClone(pack(fresh)));
        },
      ),
      { numRuns: 30, endOnFailure: true },
    );
    loader.close();
    expect(started).toHaveLength(1);
  }, 120_000);
});
