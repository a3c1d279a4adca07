/** `switchhook replay`: recorded calls decided anew, and those that would go elsewhere. */
import { printable } from "../../../config/findings/printable.ts";
import { compileTable } from "../../../routing/table/compile.ts";
import { progressBar } from "../../progress.ts";
import { loadWithCopies } from "../../remote.ts";
import { paintFor, print } from "../../terminal.ts";
import { compareFiles } from "./compare.ts";
import { Comparison } from "./comparison.ts";
import { recordFiles } from "./files.ts";
import { MOST_LISTED, replayJson, replayReport } from "./report.ts";

/** Options of `replay`. */
export interface ReplayOptions {
  readonly config?: string;
  /** One JSON object on standard output, for programs. */
  readonly json?: true;
}

/**
 * Decides the recorded calls of a file or a directory by a configuration. Exit code 0 where all of them go where they
 * went, 1 where one would go elsewhere or the configuration has errors, 2 where there are no records to decide.
 */
export async function replay(path: string, { config: named, json }: ReplayOptions): Promise<number> {
  const files = await recordFiles(path);
  if ("problem" in files) return usageError(path, files.problem);
  const loaded = await loadWithCopies(named);
  if (!loaded) return 1;
  const table = compileTable(loaded.config.routing);
  const comparison = new Comparison(json ? MOST_LISTED.json : MOST_LISTED.text);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const bar = progressBar(process.stderr);
  const show = (bytesRead: number) => {
    const [calls, differ] = [comparison.calls, comparison.differ].map((count) =>
      count.toLocaleString("en-US"),
    );
    bar.show(bytesRead, bytes, `${calls} calls, ${differ} elsewhere`);
  };
  try {
    await compareFiles(files, table, comparison, show);
  } catch (error) {
    bar.clear();
    return usageError(path, error instanceof Error ? error.message : String(error));
  }
  bar.clear();
  if (json) print(process.stdout, replayJson(comparison, { file: loaded.path, hash: loaded.hash }));
  else print(process.stdout, ...replayReport(comparison, paintFor(process.stdout)));
  if (comparison.calls === 0) return usageError(path, "it holds no record of a call");
  return comparison.differ > 0 ? 1 : 0;
}

function usageError(path: string, problem: string): number {
  print(process.stderr, `switchhook: cannot replay ${printable(path)}: ${printable(problem)}`);
  return 2;
}
