/**
 * A clock of its own for a program: libfaketime, from the Debian package of that name, which the system's loader puts
 * before the C library. The compiled binary asks the C library for the time, so it believes the clock; the time that
 * only goes on, which timers run by, stays the machine's.
 */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where Debian and Fedora put it. */
const LIBRARY = ["lib/*/faketime", "lib64/faketime"]
  .flatMap((place) => [
    ...new Bun.Glob(`${place}/libfaketime.so.1`).scanSync({ cwd: "/usr", absolute: true }),
  ])
  .at(0);

/** Whether programs can be given a clock of their own here. */
export const HAS_FAKE_CLOCK: boolean = LIBRARY !== undefined;

/** A clock that can be set while a program runs by it. */
export interface FakeClock {
  /** What a program needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets it so far ahead of the machine's, in milliseconds; below 0 behind it. */
  set(aheadMs: number): void;
  /** What it shows, in milliseconds since the epoch. */
  now(): number;
  /** Removes what libfaketime would leave in /dev/shm: to be called once the process has started, which keeps it open. */
  forget(pid: number): void;
}

/** Makes a clock. @param directory where it keeps a file @throws where there is no libfaketime */
export function fakeClock(directory: string, aheadMs = 0): FakeClock {
  if (LIBRARY === undefined) throw new Error("Cannot fake a clock: install the Debian package libfaketime");
  const file = join(directory, "clock");
  let ahead = aheadMs;
  const set = (nextMs: number) => {
    ahead = nextMs;
    // Renamed, so that nobody reads half of it.
    writeFileSync(`${file}.new`, `${nextMs < 0 ? "" : "+"}${nextMs / 1000}`);
    renameSync(`${file}.new`, file);
  };
  set(aheadMs);
  return {
    env: {
      ...{ LD_PRELOAD: LIBRARY, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1" },
      ...{ FAKETIME_DONT_FAKE_MONOTONIC: "1", NO_FAKE_STAT: "1" },
    },
    set,
    now: () => Date.now() + ahead,
    forget(pid) {
      for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`])
        rmSync(join("/dev/shm", name), { force: true });
    },
  };
}
