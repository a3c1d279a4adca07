/** @jsxImportSource hono/jsx */
/** How many calls clients and numbers had. */
import type { Total } from "../../../observe/totals.ts";
import { OUTCOMES } from "../filter.ts";
import type { View } from "../view.ts";
import { OUTCOME_WORDS, shown } from "./outcome.tsx";

/** So many of each are shown. */
const MOST = 20;

/** The counts by client, where there are clients, and by number. */
export function Totals({ totals: { clients, numbers } }: View) {
  const hasClients = clients.some(({ name }) => name !== "");
  return (
    <section id="totals" data-live aria-labelledby="totals-title" class="card">
      <header>
        <h2 id="totals-title">Calls by number{hasClients ? " and client" : ""}</h2>
        <p class="aside">in the last 24 hours</p>
      </header>
      {numbers.length === 0 ? (
        <p class="empty">No calls in the last 24 hours.</p>
      ) : (
        <>
          <TotalsTable title="Number" rows={numbers} nameless="no entry" />
          {hasClients && <TotalsTable title="Client" rows={clients} nameless="main file" />}
        </>
      )}
    </section>
  );
}

function TotalsTable({ title, rows, nameless }: { title: string; rows: readonly Total[]; nameless: string }) {
  const most = Math.max(...rows.map(({ all }) => all));
  const more = rows.length - MOST;
  return (
    <>
      <table class="totals">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">
              <span class="visually-hidden">By outcome</span>
            </th>
            <th scope="col" class="number">
              Calls
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((row) => (
            <tr>
              <th scope="row">{row.name === "" ? <i>{nameless}</i> : shown(row.name)}</th>
              <td>
                <Share row={row} most={most} />
              </td>
              <td class="number">{row.all.toLocaleString("en-US")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="foot">And {more} more.</p>}
    </>
  );
}

function Share({ row, most }: { row: Total; most: number }) {
  let x = 0;
  const words = OUTCOMES.map((outcome) => `${row[outcome]} ${OUTCOME_WORDS[outcome].toLowerCase()}`).join(
    ", ",
  );
  return (
    <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={words}>
      {OUTCOMES.map((outcome) => {
        const width = Math.round((row[outcome] / most) * 10_000) / 100;
        if (width === 0) return null;
        const start = x;
        x += width;
        return <rect class={outcome} x={start} y="0" width={width} height="6" />;
      })}
    </svg>
  );
}
