/** What the system says that a process has used. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

/** User and system time of a process, its threads and the children that it waited for, in milliseconds, to 10 ms. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10;
}

/** User and system time of a process and all threads that it has now, in microseconds; as the scheduler counts it. */
export function cpuUs(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1000;
    } catch {
      // The thread has ended since.
      return 0;
    }
  });
  return times.reduce((sum, time) => sum + time, 0);
}

/** Resident memory of a process, in KiB. */
export interface MemoryUsage {
  /** All of it. */
  readonly nowKib: number;
  /** What is its own: heaps, stacks, code that was compiled. */
  readonly ownKib: number;
  /** Pages of files, above all of its executable: processes share them, and the system takes them back when it needs to. */
  readonly filesKib: number;
  /** The most there ever was. */
  readonly mostKib: number;
}

/** Resident memory of a process. */
export function memoryOf(pid: number): MemoryUsage {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return {
    ...{ nowKib: kib("VmRSS"), mostKib: kib("VmHWM") },
    ...{ ownKib: kib("RssAnon"), filesKib: kib("RssFile") + kib("RssShmem") },
  };
}
