/** @jsxImportSource hono/jsx */
/** The status page: one document with everything in it. */
import { raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { printable } from "../../../config/findings/printable.ts";
import type { Sliced } from "../../../routing/slices.ts";
import { healthOf } from "../words.ts";
import { ICON, MARK } from "./icon.ts";
import { Chart } from "./parts/chart.tsx";
import { Decisions, prepareDecisions } from "./parts/decisions.tsx";
import { Explain } from "./parts/explain.tsx";
import { Schedules } from "./parts/schedules.tsx";
import { Services } from "./parts/services.tsx";
import { Standing } from "./parts/standing.tsx";
import { Totals } from "./parts/totals.tsx";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import type { View } from "./view.ts";

/** The whole page, as HTML. @param version what the script sends to learn whether anything has changed */
export function* documentOf(view: View, version: string): Sliced<string> {
  const { status } = view;
  yield* prepareDecisions(view);
  const decisions = yield* made(<Decisions {...view} />);
  const standing = yield* made(<Standing {...view} />);
  const chart = yield* made(<Chart {...view} />);
  const schedules = yield* made(<Schedules {...view} />);
  const services = yield* made(<Services {...view} />);
  const totals = yield* made(<Totals {...view} />);
  const explain = yield* made(<Explain {...view} />);
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
          {standing}
          <div class="columns">
            <div class="main-column">
              {chart}
              {decisions}
            </div>
            <div class="side-column">
              {schedules}
              {services}
              {totals}
            </div>
          </div>
          {explain}
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

/** Makes a part: an element becomes text only when it is asked for it. */
function* made(part: HtmlEscapedString | Promise<HtmlEscapedString>): Sliced<HtmlEscapedString> {
  const html = raw(`${part}`);
  yield;
  return html;
}
