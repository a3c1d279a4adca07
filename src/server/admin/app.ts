/** The Hono app of the admin listener: for those who run the server, and what they watch it with. */
import { Hono } from "hono";
import type { ReloadEvent } from "../observe/observer.ts";
import { EXPOSITION_TYPE } from "./exposition.ts";
import { guard } from "./guard.ts";
import { type Measured, metricsText } from "./metrics-text.ts";
import { pageResponse } from "./page/page.ts";
import type { Seen } from "./page/view.ts";
import { callsResponse, explainResponse } from "./questions.ts";
import { type ReloadReport, statusReport } from "./report.ts";

/** What the admin listener works with. */
export interface Administered {
  /** What is known and counted by now. */
  readonly look: () => Measured & Seen;
  /** What every client must show; undefined where none is needed. */
  readonly token: () => string | undefined;
  /** Reads the configuration again, and resolves when that is settled. */
  readonly reload: () => Promise<ReloadEvent>;
}

/** Makes the app. */
export function createAdminApp({ look, token, reload }: Administered): Hono {
  const app = new Hono();
  // Whoever only asks whether somebody is there needs to show nothing.
  app.get("/healthz", (c) => c.text("ok"));
  app.use(guard(token));
  app.get("/", (c) => pageResponse(c, look()));
  app.get("/readyz", (c) => c.json(statusReport(look())));
  app.get("/api/status", (c) => c.json(statusReport(look())));
  app.get("/api/calls", (c) => callsResponse(c, look()));
  app.get("/api/explain", (c) => explainResponse(c, look()));
  app.get("/metrics", (c) => c.body(metricsText(look()), 200, { "content-type": EXPOSITION_TYPE }));
  app.post("/api/reload", async (c) => {
    const { kind } = await reload();
    const result = kind === "detached" ? "unchanged" : kind;
    const report: ReloadReport = { result, ...statusReport(look()) };
    return c.json(report, result === "applied" || result === "unchanged" ? 200 : 422);
  });
  app.notFound((c) => c.json({ error: "nothing is served at this path" }, 404));
  return app;
}
