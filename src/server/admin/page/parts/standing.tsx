/** @jsxImportSource hono/jsx */
/** Whether all is well, which configuration is in force, and which one is kept out. */
import { printable } from "../../../../config/findings/printable.ts";
import { plain, reportOf } from "../../../../config/findings/report.ts";
import { diagnosticsIn, type StatusReport } from "../../report.ts";
import { contentsWords, durationWords, healthOf } from "../../words.ts";
import type { Clock } from "../clock.ts";
import type { View } from "../view.ts";

/** The first thing to see. */
export function Standing({ status, clock }: Pick<View, "status" | "clock">) {
  const { state, words } = healthOf(status);
  const { config, calls } = status;
  return (
    <section id="standing" data-live aria-labelledby="state" class={`standing ${state}`}>
      <div class="banner">
        <span class="lamp" aria-hidden="true" />
        <div>
          <h2 id="state">{words}</h2>
          <p>
            Serving since <Since time={status.since} clock={clock} />
          </p>
        </div>
      </div>
      <dl class="facts">
        <div>
          <dt>Last hour</dt>
          <dd>
            <b>{sum(calls.last_hour)}</b> {sum(calls.last_hour) === "1" ? "call" : "calls"}
          </dd>
        </div>
        <div>
          <dt>Last 24 hours</dt>
          <dd>
            <b>{sum(calls.last_day)}</b> {sum(calls.last_day) === "1" ? "call" : "calls"}
          </dd>
        </div>
        <div class="wide">
          <dt>Configuration in force</dt>
          <dd>
            <span class="path">{printable(config.file)}</span>
            <small>
              {contentsWords(config)} · <code>{config.hash}</code> · loaded{" "}
              <Since time={config.loaded_at} clock={clock} />
            </small>
          </dd>
        </div>
      </dl>
      <Refused status={status} clock={clock} />
    </section>
  );
}

/** What is kept out, as `check` shows it. */
function Refused({ status: { refused, config }, clock }: { status: StatusReport; clock: Clock }) {
  if (refused === null) return null;
  const stays = (
    <>
      The configuration <code>{config.hash}</code> stays in force, and calls are answered by it.
    </>
  );
  if ("reason" in refused) {
    return (
      <div class="refused">
        <p>
          The files cannot be read since <Since time={refused.since} clock={clock} />:{" "}
          {printable(refused.reason)}. {stays}
        </p>
      </div>
    );
  }
  return (
    <div class="refused">
      <p>
        The files say <code>{refused.hash}</code> since <Since time={refused.since} clock={clock} />, which
        has errors. {stays}
      </p>
      <section class="sheet" tabindex={0} aria-label="What is wrong with it">
        <pre>{reportOf(diagnosticsIn(refused), plain)}</pre>
      </section>
    </div>
  );
}

/** `14:03 (3 h 12 min ago)` */
export function Since({ time, clock }: { time: string; clock: Clock }) {
  const ms = Date.parse(time);
  return (
    <time datetime={time}>
      {clock.moment(ms)} ({durationWords(clock.nowMs - ms)})
    </time>
  );
}

function sum({ agent, pass, reject }: StatusReport["calls"]["last_day"]): string {
  return (agent + pass + reject).toLocaleString("en-US");
}
