/** A sheet and a table on the web, as the README shows them, against servers that answer as those do. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { runHere } from "../commands/in-process.ts";
import { directory, ROOT } from "../harness.ts";
import { type RemoteServer, remoteServer } from "../remote-server.ts";

setDefaultTimeout(120_000);

const ACCOUNT = '\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** The configuration below a comment of the README. @param expecting what must come out for a caller */
async function recipe(name: string, expecting: string): Promise<string> {
  const readme = await Bun.file(`${ROOT}/README.md`).text();
  const shown = new RegExp(`<!-- ${name} -->\\n\`\`\`toml\\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (shown === undefined) throw new Error(`The README must show ${name}`);
  return `${shown}[[expect]]\nto = "+12137771235"\nfrom = "+12137771234"\n${expecting}\n${ACCOUNT}`;
}

/** Checks a configuration and what its URLs answer. */
async function check(config: string, env: Readonly<Record<string, string>>) {
  await using files = await directory({ "config.toml": config });
  return await runHere(["check", "--online", "--strict", "-c", files.file("config.toml")], { env });
}

test("a sheet that is published as CSV comes from another host, by a redirect", async () => {
  const csv = 'number,first_name,plan\r\n+12137771234,"Lee, Ann",gold\r\n+12137771299,,\r\n,,\r\n';
  await using content = remoteServer({
    "/pub/abc/def": { body: csv, type: "text/csv", hasValidators: false },
  });
  const path = "/spreadsheets/d/e/2PACX-1vS/pub?gid=0&single=true&output=csv";
  await using docs = remoteServer({
    [path]: () =>
      new Response("<HTML>Moved", { status: 307, headers: { location: `${content.origin}/pub/abc/def` } }),
  });
  const config = await recipe(
    "sheet",
    'agent = "agent_frontdesk"\nvariables = { first_name = "Lee, Ann", greeting = "Hi Lee, Ann", plan = "gold" }',
  );
  const { stdout, stderr } = await check(config, { SHEET_URL: `${docs.origin}${path}` });
  expect(stderr).toBe("");
  expect(stdout).toContain("is valid: 1 number, 2 contacts, 1 passing expectation");
});

test("a sheet that is not published answers with a page, which is said", async () => {
  await using docs = remoteServer({
    "/sheet": { body: "<!doctype html><html><title>Sign in - Google Accounts</title>", type: "text/html" },
  });
  const { exitCode, stderr } = await check(await recipe("sheet", "pass = true"), {
    SHEET_URL: `${docs.origin}/sheet`,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "${env:SHEET_URL}:1:1: error: this is a web page, where there should be CSV, JSON or one caller a line",
  );
});

/** Answers as PostgREST does behind Supabase's gateway. @param limit the most rows that it sends */
function postgrest(rows: readonly object[], limit: number): RemoteServer {
  return remoteServer({
    "/rest/v1/customers?select=number:phone,first_name,plan,agent&order=id": ({ headers }) => {
      if (
        headers.get("apikey") !== "sb-key-0123456789" ||
        headers.get("authorization") !== "Bearer sb-key-0123456789"
      ) {
        return Response.json({ message: "No API key found in request" }, { status: 401 });
      }
      const sent = rows.slice(0, limit);
      const isCounted = headers.get("prefer")?.includes("count=exact") === true;
      const range = `0-${sent.length - 1}/${isCounted ? rows.length : "*"}`;
      return new Response(`[${sent.map((row) => JSON.stringify(row)).join(", \n ")}]`, {
        status: isCounted && sent.length < rows.length ? 206 : 200,
        headers: { "content-type": "application/json; charset=utf-8", "content-range": range },
      });
    },
  });
}

const ROWS = [
  { number: "+12137771234", first_name: "Ann", plan: null, agent: "agent_ann" },
  { number: "+12137771299", first_name: null, plan: "gold", agent: null },
];

test("a table behind PostgREST is asked with its keys, and read whole or not at all", async () => {
  const shown = await recipe(
    "supabase",
    'agent = "agent_ann"\nvariables = { first_name = "Ann", plan = "" }',
  );
  await using whole = postgrest(ROWS, 1000);
  const config = (web: RemoteServer) => shown.replace("https://YOUR-PROJECT.supabase.co", web.origin);
  const env = { SUPABASE_KEY: "sb-key-0123456789" };
  const good = await check(config(whole), env);
  expect(good.stderr).toBe("");
  expect(good.stdout).toContain("is valid: 1 number, 2 contacts, 1 passing expectation");

  await using cut = postgrest(ROWS, 1);
  expect((await check(config(cut), env)).stderr).toContain("status 206: the server sent only a part (0-0/2)");
  expect((await check(config(whole), { SUPABASE_KEY: "sb-key-of-others" })).stderr).toContain(
    "status 401: the server wants other credentials, or none of these",
  );
});
