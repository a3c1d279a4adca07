/** @jsxImportSource hono/jsx */
/** The form that asks what would become of a call, and the answer. */
import { printable, printableJson } from "../../../../config/findings/printable.ts";
import { channelWord } from "../../../../routing/callers/call.ts";
import { outcomeWords } from "../../../../routing/words/decisions.ts";
import { isText } from "../../../explain/asked.ts";
import { expectationOf } from "../../../explain/expectation.ts";
import { type Explanation, stepsInWords } from "../../../explain/explanation.ts";
import { FILTER_PARAMETERS } from "../filter.ts";
import type { View } from "../view.ts";
import { Kept } from "./kept.tsx";
import { OutcomeChip, shown } from "./outcome.tsx";

/** The form, and below it the answer. */
export function Explain(view: View) {
  const { query, zones, explanation } = view;
  const value = (name: string) => query.get(name) ?? "";
  const [zone, ...others] = zones;
  const forms =
    others.length > 0 || zone === undefined ? "2026-12-25T10:00[America/New_York]" : "2026-12-25T10:00";
  return (
    <section id="explain" aria-labelledby="explain-title" class="card">
      <header>
        <h2 id="explain-title">Explain a call</h2>
        <p class="aside">What would become of it, and why. Nothing is sent, and nothing counts.</p>
      </header>
      <form method="get" action="/#explain" class="explain">
        <Kept query={query} names={FILTER_PARAMETERS} />
        <label>
          Number dialled
          <input
            name="to"
            value={value("to")}
            placeholder="+12137771235"
            required
            autocomplete="off"
            maxlength={200}
          />
        </label>
        <label>
          Caller
          <input
            name="from"
            value={value("from")}
            placeholder="+12137771234"
            required
            autocomplete="off"
            maxlength={200}
          />
        </label>
        <label>
          Time
          <input
            name="at"
            value={value("at")}
            placeholder="now"
            autocomplete="off"
            maxlength={100}
            aria-describedby="at-hint"
          />
          <small id="at-hint">
            <span class="whole">{forms}</span>
            {others.length === 0 && zone !== undefined && `, in ${zone}`}
          </small>
        </label>
        <label>
          Agent bound in Retell
          <input name="agent" value={value("agent")} placeholder="none" autocomplete="off" maxlength={200} />
        </label>
        <label class="headers">
          SIP headers
          <textarea
            name="header"
            rows={1}
            placeholder="x-tier=gold"
            aria-describedby="header-hint"
            maxlength={2000}
          >
            {query.getAll("header").join("\n")}
          </textarea>
          <small id="header-hint">One name=value a line</small>
        </label>
        <div class="actions">
          <label class="check">
            <input type="checkbox" name="sms" value="true" checked={isText(query)} />A text message instead of
            a call
          </label>
          <button type="submit" class="primary">
            Explain
          </button>
          {explanation && <a href={`/?${filterOnly(query)}#explain`}>Clear</a>}
        </div>
      </form>
      {explanation && <Result explanation={explanation} />}
    </section>
  );
}

function Result({ explanation }: { explanation: NonNullable<View["explanation"]> }) {
  if ("problem" in explanation) {
    return (
      <p class="problem" role="alert">
        {printable(explanation.problem)}
      </p>
    );
  }
  return <Explained explanation={explanation} />;
}

function Explained({ explanation }: { explanation: Explanation }) {
  const { event, decision, at, answer } = explanation;
  const agent = decision.outcome === "agent" ? (decision.agent.name ?? decision.agent.id) : undefined;
  return (
    <div class="explained">
      <h3>
        A {channelWord(event)} from {shown(event.from)} to {shown(event.to)}, {at}
      </h3>
      <ol class="steps">
        {stepsInWords(explanation).map(({ topic, finding }) => (
          <li>
            <b>{shown(topic)}</b>
            <span>{shown(finding)}</span>
          </li>
        ))}
      </ol>
      <p class="result">
        <OutcomeChip outcome={decision.outcome} agent={agent} />
        <span>Result: {printable(outcomeWords(decision))}.</span>
      </p>
      <div class="papers">
        <Paper id="answer" title="Response sent to Retell" text={printableJson(answer)} />
        <Paper id="expect" title="Expectation to copy" text={expectationOf(explanation).join("\n")} />
      </div>
    </div>
  );
}

function Paper({ id, title, text }: { id: string; title: string; text: string }) {
  return (
    <div class="paper">
      <h4 id={`${id}-title`}>{title}</h4>
      <button type="button" data-copy={id} hidden>
        Copy
      </button>
      <section class="sheet" tabindex={0} aria-labelledby={`${id}-title`}>
        <pre id={id}>{text}</pre>
      </section>
    </div>
  );
}

function filterOnly(query: URLSearchParams): URLSearchParams {
  const names: readonly string[] = FILTER_PARAMETERS;
  return new URLSearchParams(
    Array.from(query).filter(([name, value]) => names.includes(name) && value !== ""),
  );
}
