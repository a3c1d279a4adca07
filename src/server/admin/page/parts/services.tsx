/** @jsxImportSource hono/jsx */
/** The services that the server asks: look-ups, and URLs that lists and contacts come from. */
import { counted } from "../../../../config/findings/counted.ts";
import type { StatusReport } from "../../report.ts";
import type { Clock } from "../clock.ts";
import type { View } from "../view.ts";
import { shown } from "./outcome.tsx";
import { Since } from "./standing.tsx";

/** How look-ups and remote files are; nothing where there are none. */
export function Services({ status: { lookups, remote, shared }, clock }: Pick<View, "status" | "clock">) {
  const title = [
    ...(lookups.length > 0 ? ["Look-ups"] : []),
    ...(remote.length > 0 ? ["files from URLs"] : []),
    ...(shared !== null ? ["shared counters"] : []),
  ];
  return (
    <section
      id="services"
      data-live
      aria-labelledby="services-title"
      class={title.length > 0 ? "card" : "card none"}
    >
      <header>
        <h2 id="services-title">{titled(listed(title))}</h2>
      </header>
      <ul class="rows">
        {shared !== null && <SharedRow shared={shared} clock={clock} />}
        {remote.map((file) => (
          <RemoteRow file={file} clock={clock} />
        ))}
        {lookups.map((lookup) => (
          <LookupRow lookup={lookup} clock={clock} />
        ))}
      </ul>
    </section>
  );
}

/** `look-ups, files from URLs and shared counters` */
function listed(titles: readonly string[]): string {
  return [titles.slice(0, -1).join(", "), ...titles.slice(-1)].filter(Boolean).join(" and ");
}

function SharedRow({ shared, clock }: { shared: NonNullable<StatusReport["shared"]>; clock: Clock }) {
  const { up, since, problem } = shared;
  return (
    <li>
      <div class="row-head">
        <b>Shared counters</b>
        <span class={`chip ${up ? "open" : "reject"}`}>{up ? "together" : "alone"}</span>
      </div>
      {up ? (
        <p class="quiet">
          Calls are counted together with other machines since <Since time={since} clock={clock} />.
        </p>
      ) : (
        <p>
          This machine counts calls by itself since <Since time={since} clock={clock} />
          {problem !== null && <>: {shown(problem)}</>}
        </p>
      )}
    </li>
  );
}

function titled(text: string): string {
  return text === "" ? "Look-ups" : text.slice(0, 1).toUpperCase() + text.slice(1);
}

function RemoteRow({ file, clock }: { file: StatusReport["remote"][number]; clock: Clock }) {
  const { name, url, fetched_at: fetched, entries, stale, problem, since } = file;
  return (
    <li>
      <div class="row-head">
        <b>{shown(name)}</b>
        <span class={`chip ${stale ? "pass" : "open"}`}>{stale ? "stale" : "fresh"}</span>
      </div>
      {problem !== null && (
        <p>
          {shown(problem)}
          {since !== null && (
            <>
              , since <Since time={since} clock={clock} />
            </>
          )}
        </p>
      )}
      <p class="quiet">
        {counted(entries, "entry", "entries")}, {fetched === null ? "never fetched" : "confirmed "}
        {fetched !== null && clock.when(Date.parse(fetched))}
        <br />
        {shown(url)}
      </p>
    </li>
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
