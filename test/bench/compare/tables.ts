/** The tables of a comparison, in Markdown, and what they say about Switchhook. */
import { type Aim, aimsOf, judged } from "./aims.ts";
import type { Results, ServerResults, UnderLoad } from "./results.ts";

/** The tables, and with what and where the comparison was made. */
export function tables(results: Results): string {
  const { servers, machine, rounds, seconds, date, command } = results;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...main(servers),
    "",
    ...latencies(servers),
    "",
    ...aims(aimsOf(results)),
    "",
    `Medians of ${rounds} rounds of ${seconds} s, taken on ${date} by \`${command}\`, on ${machine.processor}, ${machine.cores} cores, Linux ${machine.kernel}: ${versions.join(", ")}.`,
  ].join("\n");
}

function main(servers: readonly ServerResults[]): string[] {
  const hasMillion = servers.some(({ memoryAfterMillionMiB }) => memoryAfterMillionMiB !== undefined);
  const heading = [
    "server",
    "calls per CPU second",
    "of *limit*",
    "calls a second",
    "memory after load",
    "first answer",
    "on disk",
  ];
  const rows = servers.map((server) => {
    const under = judged(server);
    const { memoryMiB, memoryAfterMillionMiB } = server;
    const million =
      memoryAfterMillionMiB === undefined ? "" : `, ${mib(memoryAfterMillionMiB)} after 1,000,000 calls`;
    return [
      `**${server.name}**: ${server.about}${server.verifies ? "" : "; *answers forged requests*"}`,
      count(under?.callsPerCpuSecond),
      under?.ofLimit === undefined ? "" : under.ofLimit.toFixed(2),
      count(under?.callsPerSecond),
      `${mib(memoryMiB)}${hasMillion ? million : ""}`,
      `${Math.round(server.firstAnswerMs)} ms`,
      mib(server.diskMiB),
    ];
  });
  return table(heading, rows);
}

function latencies(servers: readonly ServerResults[]): string[] {
  const connections = servers[0]?.under.map((under) => under.connections) ?? [];
  const heading = ["milliseconds to an answer", ...connections.map((count) => `${count} at once`)];
  const rows = servers.map(({ name, under }) => [name, ...under.map(latencyOf)]);
  return [...table(heading, rows), "", "Each cell: median, 99 %, 99.9 %, the slowest."];
}

function latencyOf({ latency: { p50, p99, p999, max } }: UnderLoad): string {
  return [p50, p99, p999, max].map((ms) => ms.toPrecision(ms < 100 ? 2 : 3)).join(" · ");
}

function aims(aims: readonly Aim[]): string[] {
  const rows = aims.map(({ aim, measured, isMet, shortBy, unit }) => [
    aim,
    unit === "MiB" ? mib(measured) : `${measured.toFixed(2)} times`,
    isMet ? "yes" : `no, by ${Math.ceil(shortBy * 100)} %`,
  ]);
  return table(["aim, with everything on", "measured", "reached"], rows);
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heading), `|---${"|---:".repeat(heading.length - 1)}|`, ...rows.map(line)];
}

function count(value = Number.NaN): string {
  return Math.round(value).toLocaleString("en-US");
}

function mib(value: number): string {
  return `${Math.round(value)} MiB`;
}
