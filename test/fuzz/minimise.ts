/** Makes an input that goes wrong smaller, so that a person sees why. */
import { type Input, problemOf } from "./cases.ts";
import type { Files } from "./configuration.ts";

/** For how long that may take, in milliseconds. */
const BUDGET_MS = 10_000;

/** An input of which less is left, and which goes wrong in the same way. */
export async function minimised(input: Input, problem: string): Promise<Input> {
  const endMs = performance.now() + BUDGET_MS;
  const isSame = async (smaller: Input) =>
    performance.now() < endMs && kindOf(await problemOf(smaller)) === kindOf(problem);
  if (input.target === "request") {
    const body = await lessOf(input.sent.body, (bytes) =>
      isSame({ ...input, sent: { ...input.sent, body: bytes } }),
    );
    return { ...input, sent: { ...input.sent, body } };
  }
  let files: Files = input.files;
  for (const name of Object.keys(files)) {
    const { [name]: bytes = new Uint8Array(), ...others } = files;
    if (name !== "config.toml" && (await isSame({ ...input, files: others }))) files = others;
    else
      files = {
        ...files,
        [name]: await lessOf(bytes, (less) => isSame({ ...input, files: { ...files, [name]: less } })),
      };
  }
  return { ...input, files };
}

/** The same mistake says the same but for places and quotations. */
function kindOf(problem: string | undefined): string | undefined {
  return problem?.replaceAll(/"[^"]*"|\d+/g, "").slice(0, 60);
}

/** Takes out pieces, large ones first, as long as the rest is still wrong. */
async function lessOf(
  bytes: Uint8Array,
  isWrong: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let left = bytes;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const less = new Uint8Array(Buffer.concat([left.subarray(0, at), left.subarray(at + size)]));
      if (await isWrong(less)) left = less;
      else at += size;
    }
  }
  return left;
}
