/** The least that an HTTP server on Bun does: the body is read, and the answer is always the same. */
const [port] = process.argv.slice(2);
const ANSWER = JSON.stringify({ call_inbound: { override_agent_id: "agent_0000" } });
const INIT = { headers: { "content-type": "application/json" } };

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  fetch: async (request) => {
    await request.arrayBuffer();
    return new Response(ANSWER, INIT);
  },
});
