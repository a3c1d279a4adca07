/** @jsxImportSource hono/jsx */
/** Which schedules are open, and when they change. */

import { durationWords } from "../../words.ts";
import type { Clock } from "../clock.ts";
import type { ScheduleNow } from "../schedules.ts";
import type { View } from "../view.ts";
import { shown } from "./outcome.tsx";

/** The schedules at this moment; nothing where there are none. */
export function Schedules({ schedules: { shown: rows, more }, clock }: View) {
  return (
    <section
      id="schedules"
      data-live
      aria-labelledby="schedules-title"
      class={rows.length > 0 ? "card" : "card none"}
    >
      <header>
        <h2 id="schedules-title">Schedules</h2>
      </header>
      {rows.length === 0 ? (
        <p class="empty">There are no schedules.</p>
      ) : (
        <ul class="rows">
          {rows.map((schedule) => (
            <ScheduleRow schedule={schedule} clock={clock.in(schedule.state.timezone)} />
          ))}
        </ul>
      )}
      {more > 0 && <p class="foot">And {more} more; filter by client to see its own.</p>}
    </section>
  );
}

function ScheduleRow({
  schedule: { client, name, state, changesMs },
  clock,
}: {
  schedule: ScheduleNow;
  clock: Clock;
}) {
  return (
    <li>
      <div class="row-head">
        <b>{shown(name)}</b>
        {client !== "" && <span class="tag">{shown(client)}</span>}
        <span class={`chip ${state.open ? "open" : "closed"}`}>{state.open ? "open" : "closed"}</span>
      </div>
      <p>
        {changeWords(state.open, changesMs, clock)}
        {state.reason.kind === "holiday" && ` Holiday: ${shown(state.reason.name)}.`}
        {state.reason.kind === "exception" && " An exception applies."}
      </p>
      <p class="quiet">
        {state.local.slice(-5)} in {state.timezone}
      </p>
    </li>
  );
}

function changeWords(isOpen: boolean, ms: number | undefined, clock: Clock): string {
  if (ms === undefined) return isOpen ? "Open without end." : "Does not open within a year.";
  const verb = isOpen ? "Closes" : "Opens";
  // A minute that has begun counts: at 15:42:10, what closes at 17:30 closes in 1 h 48 min.
  const minutes = Math.ceil((ms - clock.nowMs) / 60_000);
  return `${verb} ${clock.when(ms)}, in ${durationWords(minutes * 60_000)}.`;
}
