/** Clients that call without pause, while something else goes on. */
import { callBody, KEY, post } from "../../harness.ts";

/**
 * The pause of a client between an answer and its next call, in milliseconds. Four clients then ask about thirty
 * times a second; without it they take a whole core, from the server and from the tests beside this one.
 */
const PAUSE_MS = 130;

/** Four clients, each of which calls again soon after it has its answer. */
export interface BusyLine extends AsyncDisposable {
  /** Every answer since the last {@link BusyLine.forget}, in one word: see {@link wordOf}. */
  readonly heard: ReadonlySet<string>;
  /** Every call that got no 200, or no answer at all, with what it got instead. */
  readonly failures: readonly string[];
  forget(): void;
  /** The key that the clients sign with. */
  key: string;
  /** Resolves when every client has had an answer to a call that it began after this. */
  round(): Promise<void>;
  /** Ends the calls; resolves when the last one is answered. */
  hangUp(): Promise<void>;
}

/** Starts calling the webhook at `url`. */
export function busyLine(url: string): BusyLine {
  const heard = new Set<string>();
  const failures: string[] = [];
  const rounds = [0, 0, 0, 0];
  let isOver = false;

  const call = async () => {
    try {
      const response = await post(url, callBody(), line.key);
      const text = await response.text();
      if (response.status === 200) heard.add(wordOf(JSON.parse(text)));
      else failures.push(`${response.status} ${text}`);
    } catch (error) {
      failures.push(String(error));
    }
  };
  const client = async (at: number) => {
    while (!isOver) {
      await call();
      rounds[at] = (rounds[at] ?? 0) + 1;
      await Bun.sleep(PAUSE_MS);
    }
  };
  const hangUp = async () => {
    isOver = true;
    await Promise.all(clients);
  };
  const line: BusyLine = {
    heard,
    failures,
    key: KEY,
    forget: () => heard.clear(),
    async round() {
      // One call may be under way; the next one began later.
      const goals = rounds.map((count) => count + 2);
      while (!isOver && goals.some((goal, at) => (rounds[at] ?? 0) < goal)) await Bun.sleep(5);
    },
    hangUp,
    [Symbol.asyncDispose]: hangUp,
  };
  const clients = rounds.map((_, at) => client(at));
  return line;
}

/** An answer in one word: `rejected`, `passed`, or the agent, with the variable `tenant` if there is one. */
export function wordOf(answer: { readonly call_inbound?: Readonly<Record<string, unknown>> }): string {
  const { override_agent_id: agent, dynamic_variables: variables, reject } = answer.call_inbound ?? {};
  if (reject === true) return "rejected";
  if (typeof agent !== "string") return "passed";
  const tenant = (variables as { readonly tenant?: string } | undefined)?.tenant;
  return tenant === undefined ? agent : `${agent} of ${tenant}`;
}
