/** Telling systemd how the server is doing: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html */
import { counted } from "../../config/findings/counted.ts";
import type { SendDatagram } from "../datagram.ts";
import type { Observer, ReloadEvent } from "./observer.ts";

/** The service manager, from the first moment of a server to its last. */
export interface ServiceManager extends Partial<Observer> {
  /** The server answers calls. @param numbers how many entries `[numbers]` has */
  ready(numbers: number): void;
  /** The server ends. */
  stopping(): void;
}

/**
 * How often to say that the server is alive, in milliseconds; undefined where nobody asks for that.
 *
 * @param variable what an environment variable says
 */
export function watchdogMs(variable: (name: string) => string | undefined, pid: number): number | undefined {
  const usec = variable("WATCHDOG_USEC");
  const watched = variable("WATCHDOG_PID");
  if (!usec || !/^\d+$/.test(usec) || Number(usec) === 0) return undefined;
  if (watched && Number(watched) !== pid) return undefined;
  // Twice in the time that is given, as sd_watchdog_enabled(3) advises.
  return Number(usec) / 2000;
}

/**
 * Tells a service manager.
 *
 * @param aliveMs how often to say that the server is alive, in milliseconds
 */
export function serviceManager(send: SendDatagram, aliveMs: number | undefined): ServiceManager {
  let status = "";
  const tell = (...lines: readonly string[]) => send(lines.join("\n"));
  // A thread that is stuck does not get as far as this.
  const alive = aliveMs === undefined ? undefined : setInterval(() => tell("WATCHDOG=1"), aliveMs);
  return {
    ready(numbers) {
      status = servingWords(numbers);
      tell("READY=1", `STATUS=${status}`);
    },
    reading() {
      // CLOCK_MONOTONIC in microseconds.
      tell("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
    },
    reloaded(event) {
      status = statusAfter(event, status);
      tell(`STATUS=${status}`);
    },
    settled() {
      tell("READY=1");
    },
    stopping() {
      clearInterval(alive);
      tell("STOPPING=1", "STATUS=answering the last calls");
    },
  };
}

function servingWords(numbers: number): string {
  return `serving ${counted(numbers, "number", "numbers")}`;
}

/** What `systemctl status` shows. @param before what it has shown */
function statusAfter(event: ReloadEvent, before: string): string {
  const serving = before.replace(/;.*$/s, "");
  switch (event.kind) {
    case "applied":
      return servingWords(event.numbers);
    case "unchanged":
      return serving;
    case "refused":
      return `${serving}; a newer configuration has errors and is kept out`;
    case "failed":
      return `${serving}; the configuration cannot be read now`;
    case "detached":
      return before;
  }
}
