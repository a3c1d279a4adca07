/** @jsxImportSource hono/jsx */
/** The latest decisions with their reasons, and the filter of them. */
import { raw } from "hono/html";
import { counted } from "../../../../config/findings/counted.ts";
import type { Sliced } from "../../../../routing/slices.ts";
import { CALL_PARAMETERS } from "../../../explain/asked.ts";
import type { CallRecord } from "../../../observe/record.ts";
import type { Clock } from "../clock.ts";
import { FILTER_PARAMETERS, isFiltering, MAIN, OUTCOMES } from "../filter.ts";
import type { View } from "../view.ts";
import { Kept } from "./kept.tsx";
import { OUTCOME_WORDS, OutcomeChip, shown } from "./outcome.tsx";

/** So many are in view; the others unfold. */
const FIRST = 25;

/** The list of decisions. */
export function Decisions(view: View) {
  const { calls, clock } = view;
  const earlier = calls.shown.slice(FIRST);
  return (
    <section aria-labelledby="decisions-title" class="card" id="decisions">
      <header>
        <h2 id="decisions-title">Decisions</h2>
        <FilterForm {...view} />
      </header>
      <div id="decisions-list" data-live>
        {calls.shown.length === 0 ? (
          <Empty {...view} />
        ) : (
          <>
            <Calls records={calls.shown.slice(0, FIRST)} clock={clock} view={view} />
            {earlier.length > 0 && (
              <details id="earlier">
                <summary>{counted(earlier.length, "earlier call", "earlier calls")}</summary>
                <Calls records={earlier} clock={clock} view={view} />
              </details>
            )}
          </>
        )}
        <p class="foot">
          {countWords(view)} Times are those of {clock.timezone}.
        </p>
      </div>
    </section>
  );
}

function countWords({ calls: { shown: found, all, filter } }: View): string {
  if (isFiltering(filter)) return `${found.length} of the newest ${counted(all, "call", "calls")}.`;
  return all === 0 ? "" : `The newest ${counted(all, "call", "calls")}.`;
}

function Empty({ calls: { all, filter } }: View) {
  if (all > 0 && isFiltering(filter))
    return <p class="empty">None of the newest calls passes this filter.</p>;
  return (
    <div class="empty">
      <p>No calls yet. Send one as Retell would:</p>
      <pre>switchhook send --to +12137771235 --from +12137771234</pre>
    </div>
  );
}

function Calls({ records, clock, view }: { records: readonly CallRecord[]; clock: Clock; view: View }) {
  return <ol class="calls">{records.map((record) => raw(rowOf(record, clock, view)))}</ol>;
}

/** Makes the rows of the list, one after the other, so that {@link Decisions} is quick. */
export function* prepareDecisions(view: View): Sliced<void> {
  for (const record of view.calls.shown) {
    rowOf(record, view.clock, view);
    yield;
  }
}

/** Rows that were made before, with what they were made for: of 200, a new call changes one. */
const rows = new WeakMap<CallRecord, { readonly madeFor: string; readonly html: string }>();

function rowOf(record: CallRecord, clock: Clock, view: View): string {
  const madeFor = JSON.stringify([
    clock.call(Date.parse(record.time)),
    view.calls.areMasked,
    FILTER_PARAMETERS.map((name) => view.query.get(name)),
  ]);
  const known = rows.get(record);
  if (known?.madeFor === madeFor) return known.html;
  const html = (<Call record={record} clock={clock} view={view} />).toString();
  rows.set(record, { madeFor, html });
  return html;
}

function Call({ record, clock, view }: { record: CallRecord; clock: Clock; view: View }) {
  const { time, client, channel, from, to, outcome, reason, agent } = record;
  const ms = Date.parse(time);
  return (
    <li>
      <time datetime={time}>{clock.call(ms)}</time>
      <span class="parties">
        <span class="party">{shown(from) || "(empty)"}</span>
        <span class="visually-hidden"> to </span>
        <span class="arrow" aria-hidden="true">
          {" → "}
        </span>
        <span class="party">{shown(to)}</span>
        {channel === "text" && <span class="tag">text</span>}
        {client !== "" && <span class="tag">{shown(client)}</span>}
      </span>
      <span class="outcome">
        <OutcomeChip outcome={outcome} agent={agent} />
      </span>
      <span class="reason">
        {shown(reason)}
        {!view.calls.areMasked && (
          <>
            {" "}
            <a
              href={explainUrl(record, view)}
              aria-label={`Explain the call from ${shown(from)} at ${clock.call(ms)}`}
            >
              explain
            </a>
          </>
        )}
      </span>
    </li>
  );
}

/** Asks what would become of the call now, with what the filter says kept. */
function explainUrl(
  { from, to, time, channel, agent_id, headers = {} }: CallRecord,
  { query }: View,
): string {
  const asked = new URLSearchParams();
  for (const name of FILTER_PARAMETERS) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  asked.set("to", to);
  asked.set("from", from);
  // In UTC: wording 200 moments in a time zone would hold up calls.
  asked.set("at", `${time.slice(0, "2026-12-25T10:00".length)}Z`);
  if (channel === "text") asked.set("sms", "true");
  if (agent_id !== undefined) asked.set("agent", agent_id);
  const lines = Object.entries(headers).map(([name, value]) => `${name}=${value}`);
  if (lines.length > 0) asked.set("header", lines.join("\n"));
  return `/?${asked}#explain`;
}

function FilterForm({ query, clients, calls: { filter } }: View) {
  return (
    <form method="get" action="/#decisions" class="filter" aria-label="Filter decisions">
      <Kept query={query} names={CALL_PARAMETERS} />
      {clients.length > 0 && (
        <select name="client" aria-label="Client">
          <option value="">All clients</option>
          <option value={MAIN} selected={filter.client === ""}>
            Main file
          </option>
          {clients.map((client) => (
            <option value={client} selected={filter.client === client}>
              {client}
            </option>
          ))}
        </select>
      )}
      <input
        name="number"
        value={filter.number ?? ""}
        placeholder="Number"
        aria-label="Number of the caller or dialled"
        autocomplete="off"
        inputmode="tel"
        maxlength={40}
      />
      <select name="outcome" aria-label="Outcome">
        <option value="">All outcomes</option>
        {OUTCOMES.map((outcome) => (
          <option value={outcome} selected={filter.outcome === outcome}>
            {OUTCOME_WORDS[outcome]}
          </option>
        ))}
      </select>
      <button type="submit">Filter</button>
      {isFiltering(filter) && (
        <a class="clear" href={`/?${withoutFilter(query)}#decisions`}>
          Show all
        </a>
      )}
    </form>
  );
}

function withoutFilter(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  for (const name of FILTER_PARAMETERS) rest.delete(name);
  return rest;
}
