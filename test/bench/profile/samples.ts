/** What `perf` saw of a process: where its threads were, some thousand times a second. */

/** Where a thread was. */
export interface Sample {
  readonly thread: number;
  /** Of the clock `CLOCK_MONOTONIC`. */
  readonly seconds: number;
  /** The innermost first. */
  readonly frames: readonly Frame[];
}

export interface Frame {
  readonly address: bigint;
  readonly where: "kernel" | "compiled" | "native";
  /** Of the kernel's functions only. */
  readonly symbol: string;
}

const HEAD = /^.*?\s(\d+)\s+([\d.]+):/;
const FRAME = /^\s*([0-9a-f]+)\s+(.*?)\s+\(([^()]*)\)$/;

/** Samples from what `perf script -F comm,tid,time,ip,sym,dso` says. */
export function readSamples(said: string): readonly Sample[] {
  return said.split("\n\n").flatMap((block) => {
    const [head = "", ...lines] = block.trim().split("\n");
    const [, thread, seconds] = HEAD.exec(head) ?? [];
    const frames = lines.flatMap((line) => frameOf(line) ?? []);
    return thread && frames.length > 0 ? [{ thread: Number(thread), seconds: Number(seconds), frames }] : [];
  });
}

function frameOf(line: string): Frame | undefined {
  const [, address, symbol = "", file = ""] = FRAME.exec(line) ?? [];
  if (address === undefined) return undefined;
  // perf looks for what was compiled at run time in a file of its own, which the engine does not write.
  const isCompiled = file.includes("/perf-") || file.includes("[JIT]") || file === "//anon";
  const where = file.startsWith("[kernel") ? "kernel" : isCompiled ? "compiled" : "native";
  return { address: BigInt(`0x${address}`), where, symbol };
}
