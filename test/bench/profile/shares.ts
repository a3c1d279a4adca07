/** Whose time samples are: summed up by function, by part of the program, and by system call. */
import type { MachineCode } from "./machine-code.ts";
import type { Sample } from "./samples.ts";

/** How many samples met something. */
export interface Share {
  /** In its own machine code. */
  compiled: number;
  /** In the engine's and Bun's native code that it called. */
  native: number;
  /** In it, and in all that it called. */
  within: number;
}

/** Whose time the samples of the main thread are. */
export interface Shares {
  readonly samples: number;
  /** By function: `src/routing/decide.ts decide`. What the engine inlines counts as its caller's. */
  readonly functions: ReadonlyMap<string, Share>;
  /** By folder of the program, or package. */
  readonly parts: ReadonlyMap<string, Share>;
  /** Of native code that no function of JavaScript called: the event loop, and collecting between turns. */
  readonly loop: number;
  /** By system call, or `page faults`. */
  readonly kernel: ReadonlyMap<string, number>;
}

/** Hashes of functions stand behind this in the names of machine code. */
const HASH = /#(\w{6})$/;
const SYSTEM_CALL = /^__(?:x64|arm64)_sys_(\w+)$/;
const PAGE_FAULT = /page_fault|do_mem_abort/;

/** Sums up. `functions` names functions by their hashes. */
export function sharesOf(
  samples: readonly Sample[],
  code: MachineCode,
  named: ReadonlyMap<string, string>,
): Shares {
  const functions = new Map<string, Share>();
  const parts = new Map<string, Share>();
  const kernel = new Map<string, number>();
  let loop = 0;
  for (const { frames, seconds } of samples) {
    const [innermost] = frames;
    if (innermost?.where === "kernel") {
      const call = systemCall(frames.map(({ symbol }) => symbol));
      kernel.set(call, (kernel.get(call) ?? 0) + 1);
      continue;
    }
    const callers = frames
      .filter(({ where }) => where === "compiled")
      .map(({ address }) => nameOf(code.at(address, seconds)?.name ?? "unknown", named));
    const [caller] = callers;
    if (caller === undefined) {
      loop++;
      continue;
    }
    const own = innermost?.where === "compiled" ? "compiled" : "native";
    shareOf(functions, caller)[own]++;
    shareOf(parts, partOf(caller))[own]++;
    for (const name of new Set(callers)) shareOf(functions, name).within++;
    for (const part of new Set(callers.map(partOf))) shareOf(parts, part).within++;
  }
  return { samples: samples.length, functions, parts, loop, kernel };
}

function shareOf(shares: Map<string, Share>, name: string): Share {
  const share = shares.get(name) ?? { compiled: 0, native: 0, within: 0 };
  shares.set(name, share);
  return share;
}

function nameOf(code: string, named: ReadonlyMap<string, string>): string {
  const hash = HASH.exec(code)?.[1];
  return hash === undefined
    ? `engine ${code}`
    : (named.get(hash) ?? `Bun's own ${code.replace(/^.*: (?:<name not materialized>)?/, "")}`);
}

/** The folder, package, or whose else it is. */
function partOf(name: string): string {
  const [, module] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? [];
  if (module !== undefined) return module;
  const [, folder] = /^(?:\.\.\/)*(src\/[\w-]+(?:\/[\w-]+)?)\//.exec(name) ?? [];
  return folder ?? (name.startsWith("engine ") ? "the engine" : "Bun's own JavaScript");
}

function systemCall(symbols: readonly string[]): string {
  for (const symbol of symbols) {
    const call = SYSTEM_CALL.exec(symbol)?.[1];
    if (call !== undefined) return call;
    if (PAGE_FAULT.test(symbol)) return "page faults";
  }
  return "other";
}
