/** The recipes of look-ups, asked against servers that answer as those services do. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { directory, ROOT } from "../../harness.ts";
import { runHere } from "../in-process.ts";

const ENV = { CRM_TOKEN: "crm_0123456789", SUPABASE_KEY: "sb_0123456789", AIRTABLE_TOKEN: "pat_0123456789" };

const ANN = "+12125550111";

/** A REST API with a list of what it found. */
function crm({ searchParams }: URL, headers: Headers): Response {
  if (headers.get("authorization") !== `Bearer ${ENV.CRM_TOKEN}`) return new Response("", { status: 401 });
  const known = [{ first_name: "ANN", plan: "gold", minutes_left: 12 }];
  return Response.json({ data: searchParams.get("phone") === ANN ? known : [], total: 1 });
}

/** PostgREST: `column=eq.value` filters rows, `select` names columns, and the answer is an array. */
function supabase({ pathname, searchParams }: URL, headers: Headers): Response {
  const isAllowed =
    headers.get("apikey") === ENV.SUPABASE_KEY &&
    headers.get("authorization") === `Bearer ${ENV.SUPABASE_KEY}`;
  if (!isAllowed) return Response.json({ message: "Invalid API key" }, { status: 401 });
  if (pathname !== "/rest/v1/customers") return Response.json({ code: "42P01" }, { status: 404 });
  const rows = [{ phone: ANN, first_name: "Ann", plan: "gold" }];
  const columns = searchParams.get("select")?.split(",") ?? [];
  const found = rows.filter(({ phone }) => searchParams.get("phone") === `eq.${phone}`);
  const picked = found.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([key]) => columns.includes(key))),
  );
  return Response.json(picked.slice(0, Number(searchParams.get("limit"))));
}

/** Airtable: the records for which a formula holds, each with its fields; empty fields are left out. */
function airtable({ pathname, searchParams }: URL, headers: Headers): Response {
  if (headers.get("authorization") !== `Bearer ${ENV.AIRTABLE_TOKEN}`)
    return new Response("", { status: 401 });
  if (pathname !== "/v0/appABCDEFGHIJKLMN/Customers") return new Response("", { status: 404 });
  const isAnn = searchParams.get("filterByFormula") === `{Phone}='${ANN}'`;
  const record = {
    id: "rec1",
    createdTime: "2026-01-01T00:00:00.000Z",
    fields: { Phone: ANN, Name: "Ann Lee" },
  };
  return Response.json({ records: isAnn ? [record] : [] });
}

describe("a recipe asks its service in the service's own way", () => {
  test.each([
    ["elsewhere/crm.toml", crm, ["agent_concierge", "Ann"], ["agent_intake", ""]],
    ["elsewhere/supabase.toml", supabase, ["agent_concierge", "Ann"], ["agent_frontdesk", ""]],
    ["elsewhere/airtable.toml", airtable, ["agent_frontdesk", "Ann"], ["agent_frontdesk", "there"]],
  ] as const)("%s", async (recipe, service, ofAnn, ofStranger) => {
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => service(new URL(request.url), request.headers),
    });
    const written = await Bun.file(join(ROOT, "test/recipes", recipe)).text();
    const account = '\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';
    const here = written.replace(/https:\/\/[^/]+/, `http://127.0.0.1:${server.port}`);
    await using dir = await directory({ "config.toml": here + account });
    const asked = async (from: string) => {
      const args = ["explain", "--to", "+12125550100", "--from", from, "--live", "--json"];
      const { stdout, stderr } = await runHere(args, { cwd: dir.path, env: ENV });
      if (stdout === "") throw new Error(stderr);
      const { answer, lookups } = JSON.parse(stdout);
      const { override_agent_id: agent, dynamic_variables: variables } = answer.call_inbound;
      return { result: lookups[0].result, said: [agent, variables.first_name ?? variables.name] };
    };
    expect(await asked(ANN)).toEqual({ result: "found", said: [...ofAnn] });
    expect(await asked("+12125550199")).toEqual({ result: "missing", said: [...ofStranger] });
    await server.stop(true);
  });
});
