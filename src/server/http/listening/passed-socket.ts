/** The listening socket that systemd opens and passes on. It outlives the program, and calls wait in it for the next one. */

/** What the socket for the webhook is called, where several are passed: `FileDescriptorName=`. */
export const SOCKET_NAME = "webhook";

/** The first descriptor that is passed: `SD_LISTEN_FDS_START`. */
const FIRST = 3;

/**
 * The descriptor that was passed, as sd_listen_fds(3) has it; undefined where there is none.
 *
 * @param take reads a variable and takes it out of the environment: what this program starts has no business with it
 * @param pid the number of this process
 * @throws if several are passed and not exactly one is called {@link SOCKET_NAME}
 */
export function passedSocket(take: (name: string) => string | undefined, pid: number): number | undefined {
  const [forPid, count, names] = [take("LISTEN_PID"), Number(take("LISTEN_FDS")), take("LISTEN_FDNAMES")];
  // They may be meant for a process above this one.
  if (forPid !== String(pid) || !(count >= 1)) return undefined;
  if (count === 1) return FIRST;
  const named = (names?.split(":") ?? []).flatMap((name, at) => (name === SOCKET_NAME ? [FIRST + at] : []));
  if (named.length === 1) return named[0];
  throw new Error(
    `systemd passes ${count} sockets, and ${named.length} of them are called "${SOCKET_NAME}": switchhook.socket must have one ListenStream= and FileDescriptorName=${SOCKET_NAME}`,
  );
}
