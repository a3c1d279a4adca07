/** `switchhook explain`: what would become of a call, and why. */
import { answerBody } from "../retell/answer.ts";
import type { Decision } from "../routing/decide.ts";
import { agentWords, stepWords } from "../routing/words.ts";
import { answerOf } from "../server/app.ts";
import { compileDesk } from "../server/desk.ts";
import { type CallOptions, eventOf } from "./call-options.ts";
import { loadGoodConfig } from "./config-file.ts";
import { aligned, paintFor, print } from "./terminal.ts";

/** Options of `explain`. */
export interface ExplainOptions extends CallOptions {
  readonly config?: string;
  /** One JSON object on standard output, for programs. */
  readonly json?: true;
}

/** Explains the decision on a call; exit code 1 where the configuration has errors. */
export async function explain(options: ExplainOptions): Promise<number> {
  const loaded = await loadGoodConfig(options.config);
  if (!loaded) return 1;
  const event = eventOf(options, undefined);
  const decision = compileDesk(loaded.config).decide(event);
  const answer = answerBody(event.channel, answerOf(decision));
  const steps = decision.steps.map(stepWords);

  if (options.json) {
    const { outcome, entry } = decision;
    const agent = decision.outcome === "agent" ? decision.agent : undefined;
    print(process.stdout, JSON.stringify({ outcome, entry, agent, steps, answer }, null, 2));
    return 0;
  }
  const paint = paintFor(process.stdout);
  const rows = steps.map(({ topic, finding }) => [topic, finding] as const);
  print(
    process.stdout,
    paint("strong", `A ${options.sms ? "text" : "call"} from ${options.from} to ${options.to}`),
    "",
    ...aligned(rows, "  "),
    "",
    paint(
      decision.outcome === "reject" ? "error" : "good",
      `${outcomeWords(decision)}. The answer to Retell:`,
    ),
    JSON.stringify(answer, null, 2),
  );
  return 0;
}

function outcomeWords(decision: Decision): string {
  switch (decision.outcome) {
    case "agent":
      return `Taken by ${agentWords(decision.agent)}`;
    case "pass":
      return "Taken by the agent that Retell has bound to the number";
    case "reject":
      return "Rejected";
  }
}
