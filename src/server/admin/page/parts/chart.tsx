/** @jsxImportSource hono/jsx */
/** The calls of the last day, hour by hour. */
import { counted } from "../../../../config/findings/counted.ts";
import type { Outcomes } from "../../../observe/activity.ts";
import { OUTCOMES } from "../filter.ts";
import type { View } from "../view.ts";
import { OUTCOME_WORDS } from "./outcome.tsx";

/** What a bar and the space beside it are wide, and the highest bar is high, in units of the drawing. */
const [STEP, WIDTH, HEIGHT] = [10, 7, 100] as const;

/** A chart of stacked bars, the same as a table for those who cannot see it. */
export function Chart({ hours, clock }: Pick<View, "hours" | "clock">) {
  const all = hours.map(totalOf);
  const most = Math.max(...all);
  const count = all.reduce((sum, calls) => sum + calls, 0);
  const top = roundedUp(most);
  return (
    <section id="activity" data-live aria-labelledby="activity-title" class="card">
      <header>
        <h2 id="activity-title">Last 24 hours</h2>
        <Legend hours={hours} />
      </header>
      {count === 0 ? (
        <p class="empty">No calls in the last 24 hours.</p>
      ) : (
        <>
          <div class="chart">
            <span class="scale" aria-hidden="true">
              {top.toLocaleString("en-US")}
            </span>
            <svg
              viewBox={`0 0 ${STEP * hours.length} ${HEIGHT}`}
              preserveAspectRatio="none"
              focusable="false"
              aria-hidden="true"
            >
              <line class="grid" x1="0" x2={STEP * hours.length} y1="0.5" y2="0.5" />
              <line class="grid" x1="0" x2={STEP * hours.length} y1={HEIGHT / 2} y2={HEIGHT / 2} />
              <line class="base" x1="0" x2={STEP * hours.length} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
              {hours.map((hour, at) => (
                <Bar
                  hour={hour}
                  x={at * STEP + (STEP - WIDTH) / 2}
                  top={top}
                  title={titleOf(hour, clock.hour)}
                />
              ))}
            </svg>
            <div class="hours" aria-hidden="true">
              {hours
                .filter((_hour, at) => at % 6 === 0)
                .map(({ startMs }) => (
                  <span>{clock.hour(startMs)}</span>
                ))}
              <span>now</span>
            </div>
          </div>
          <details id="activity-table">
            <summary>As a table</summary>
            <table class="numbers">
              <thead>
                <tr>
                  <th scope="col">Hour from</th>
                  {OUTCOMES.map((outcome) => (
                    <th scope="col">{OUTCOME_WORDS[outcome]}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {hours.map((hour) => (
                  <tr>
                    <th scope="row">{clock.hour(hour.startMs)}</th>
                    {OUTCOMES.map((outcome) => (
                      <td>{hour[outcome].toLocaleString("en-US")}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </section>
  );
}

function Legend({ hours }: Pick<View, "hours">) {
  return (
    <ul class="legend">
      {OUTCOMES.map((outcome) => (
        <li>
          <span class={`swatch ${outcome}`} aria-hidden="true" />
          {OUTCOME_WORDS[outcome]}{" "}
          <b>{hours.reduce((sum, hour) => sum + hour[outcome], 0).toLocaleString("en-US")}</b>
        </li>
      ))}
    </ul>
  );
}

function Bar({ hour, x, top, title }: { hour: Outcomes; x: number; top: number; title: string }) {
  let y = HEIGHT;
  return (
    <g>
      <title>{title}</title>
      {OUTCOMES.map((outcome) => {
        if (hour[outcome] === 0) return null;
        // Whatever there is can be seen.
        const height = Math.max(1.5, (hour[outcome] / top) * HEIGHT);
        y -= height;
        return <rect class={outcome} x={x} y={round(y)} width={WIDTH} height={round(height)} />;
      })}
    </g>
  );
}

/** `14:00: 12 calls, 10 to an agent, 1 passed, 1 rejected` */
function titleOf(hour: Outcomes & { readonly startMs: number }, time: (ms: number) => string): string {
  const parts = OUTCOMES.map((outcome) => `${hour[outcome]} ${OUTCOME_WORDS[outcome].toLowerCase()}`);
  return `${time(hour.startMs)}: ${counted(totalOf(hour), "call", "calls")}: ${parts.join(", ")}`;
}

function totalOf({ agent, pass, reject }: Outcomes): number {
  return agent + pass + reject;
}

/** The next round number. */
function roundedUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((step) => step >= most) ?? most;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
