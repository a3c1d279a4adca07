/** @jsxImportSource hono/jsx */
/** The services that the server asks: look-ups. */
import { counted } from "../../../../config/findings/counted.ts";
import type { StatusReport } from "../../report.ts";
import type { Clock } from "../clock.ts";
import type { View } from "../view.ts";
import { shown } from "./outcome.tsx";
import { Since } from "./standing.tsx";

/** How look-ups are; nothing where there are none. */
export function Services({ status: { lookups }, clock }: Pick<View, "status" | "clock">) {
  return (
    <section
      id="services"
      data-live
      aria-labelledby="services-title"
      class={lookups.length > 0 ? "card" : "card none"}
    >
      <header>
        <h2 id="services-title">Look-ups</h2>
      </header>
      {lookups.length === 0 ? (
        <p class="empty">There are no look-ups.</p>
      ) : (
        <ul class="rows">
          {lookups.map((lookup) => (
            <LookupRow lookup={lookup} clock={clock} />
          ))}
        </ul>
      )}
    </section>
  );
}

function LookupRow({ lookup, clock }: { lookup: StatusReport["lookups"][number]; clock: Clock }) {
  const { lookup: name, paused_since: paused, last_failure: failure, under_way: underWay, cached } = lookup;
  return (
    <li>
      <div class="row-head">
        <b>{shown(name)}</b>
        <span class={`chip ${paused === null ? "open" : "reject"}`}>
          {paused === null ? "ready" : "paused"}
        </span>
      </div>
      {paused !== null && (
        <p>
          Not asked since <Since time={paused} clock={clock} />: it failed time after time. Calls go on
          without it.
        </p>
      )}
      {failure && (
        <p>
          Last failure {clock.when(Date.parse(failure.at))}: {shown(failure.reason)}
        </p>
      )}
      <p class="quiet">
        {counted(underWay, "request", "requests")} under way, {counted(cached, "answer", "answers")}{" "}
        remembered
      </p>
    </li>
  );
}
