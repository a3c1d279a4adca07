/** @jsxImportSource hono/jsx */
/** The status page: one document with everything in it. */
import { raw } from "hono/html";
import { printable } from "../../../config/findings/printable.ts";
import { ICON, MARK } from "./icon.ts";
import { Chart } from "./parts/chart.tsx";
import { Decisions } from "./parts/decisions.tsx";
import { Explain } from "./parts/explain.tsx";
import { Schedules } from "./parts/schedules.tsx";
import { Services } from "./parts/services.tsx";
import { healthOf, Standing } from "./parts/standing.tsx";
import { Totals } from "./parts/totals.tsx";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import type { View } from "./view.ts";

/** The whole page, as HTML. @param version what the script sends to learn whether anything has changed */
export function documentOf(view: View, version: string): string {
  const { status } = view;
  const page = (
    <html lang="en" data-version={version}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${healthOf(status).words} – Switchhook`}</title>
        <link rel="icon" href={ICON} />
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <header class="top">
          <h1>
            <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
              <path d={MARK} />
            </svg>
            Switchhook
          </h1>
          <nav aria-label="Sections">
            <a href="#decisions">Decisions</a>
            <a href="#explain">Explain a call</a>
          </nav>
        </header>
        <main>
          <p id="lost" class="problem" role="status" hidden>
            The server does not answer. What you see is how it was.
          </p>
          <Standing {...view} />
          <div class="columns">
            <div class="main-column">
              <Chart {...view} />
              <Decisions {...view} />
            </div>
            <div class="side-column">
              <Schedules {...view} />
              <Services {...view} />
              <Totals {...view} />
            </div>
          </div>
          <Explain {...view} />
        </main>
        <footer class="bottom">
          <p>Switchhook {printable(status.version)}</p>
          <p>
            <a href="/api/status">Status</a> and <a href="/api/calls">calls</a> as JSON,{" "}
            <a href="/metrics">metrics</a>
          </p>
        </footer>
        <script>{raw(SCRIPT)}</script>
      </body>
    </html>
  );
  return `<!doctype html>\n${page}`;
}
