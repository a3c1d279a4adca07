/** What the audit of dependencies makes of what a registry answers. */
import { expect, test } from "bun:test";
import { askAdvisories, judge, lockedPackages } from "../../tools/audit/advisories.ts";
import { environment } from "../harness.ts";

const ADVISORY = {
  ...{ id: 1, severity: "high", title: "It can be broken", vulnerable_versions: ">=0" },
  url: "https://registry.example/advisory",
};

/** What a registry that answers so is taken to say, and the names that it was asked about. */
async function askedOf(answer: () => Response) {
  let names: string[] = [];
  await using server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    async fetch(request) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      const isZipped = request.headers.get("content-encoding") === "gzip";
      names = Object.keys(JSON.parse(Buffer.from(isZipped ? Bun.gunzipSync(bytes) : bytes).toString()));
      return answer();
    },
  });
  const asked = await askAdvisories(environment({ npm_config_registry: `http://127.0.0.1:${server.port}/` }));
  return { asked, names };
}

test("every package of the lockfile is asked about, and nothing known is good", async () => {
  const { asked, names } = await askedOf(() => Response.json({}));
  expect(names).toEqual(expect.arrayContaining(["hono", "zod", "moment-timezone", "typescript"]));
  expect(names.length).toBeGreaterThan(lockedPackages() / 2);
  expect(judge(asked, ["bun", "hono", "zod"], true)).toEqual({
    lines: [
      `The executable has 2 packages inside, and Bun, of ${lockedPackages()} in package-lock.json.`,
      "0 advisories concern it, 0 what it is made with.",
    ],
    isGood: true,
  });
});

test("what is known against a package that is shipped is a failure, and against others is said", async () => {
  const { asked } = await askedOf(() => Response.json({ zod: [ADVISORY], typescript: [ADVISORY] }));
  const { lines, isGood } = judge(asked, ["bun", "zod"], false);
  expect(isGood).toBe(false);
  expect(lines).toContain(
    "zod (in the executable), high: It can be broken https://registry.example/advisory",
  );
  expect(lines.at(-1)).toBe("1 advisories concern it, 1 what it is made with.");
  expect(judge(asked, ["bun", "hono"], false).isGood).toBe(true);
});

test("a registry without advisories is said to be, and is a failure only where it is required", async () => {
  const { asked } = await askedOf(() => new Response("", { status: 405 }));
  const { lines, isGood } = judge(asked, ["bun"], false);
  expect(isGood).toBe(true);
  expect(lines.at(-1)).toMatch(/^Left out: the registry told of no advisories \(POST .* 405\)\.$/);
  expect(judge(asked, ["bun"], true).isGood).toBe(false);
});
