/** Decides the records of files anew, and compares. */
import { printable } from "../../../config/findings/printable.ts";
import type { Table } from "../../../routing/table/table.ts";
import { decideAnew } from "../../../server/history/decide-anew.ts";
import { piecesOf } from "../../../server/history/lines.ts";
import { readRecord } from "../../../server/history/read-record.ts";
import type { CallRecord } from "../../../server/observe/record.ts";
import type { Comparison, Skipped } from "./comparison.ts";
import type { RecordFile } from "./files.ts";
import { isSamePlace, whereDecided, whereRecorded } from "./where.ts";

/**
 * Decides every call of some files by a table, and says in `comparison` which would go elsewhere.
 *
 * @param progress told now and then how many bytes of all files are read
 * @throws where a file cannot be read
 */
export async function compareFiles(
  files: readonly RecordFile[],
  table: Table,
  comparison: Comparison,
  progress: (bytesRead: number) => void,
): Promise<void> {
  let bytesBefore = 0;
  for (const { path, size } of files) {
    const pieces = piecesOf(path);
    try {
      await compareFile(path, pieces, {
        table,
        comparison,
        progress: (read) => progress(bytesBefore + read),
      });
    } finally {
      await pieces.return(0);
    }
    bytesBefore += size;
  }
}

async function compareFile(
  path: string,
  pieces: ReturnType<typeof piecesOf>,
  { table, comparison, progress }: Comparing,
): Promise<void> {
  let line = 1;
  const place = () => `${printable(path)}:${line}`;
  for (;;) {
    const next = await pieces.next();
    if (next.done) {
      if (next.value > 0) comparison.skip("torn", place());
      return;
    }
    const { text, bytesRead } = next.value;
    for (let at = 0; at < text.length; line++) {
      const end = text.indexOf("\n", at);
      if (end > at) compareLine(text.slice(at, end), place, table, comparison);
      at = end + 1;
    }
    progress(bytesRead);
  }
}

interface Comparing {
  readonly table: Table;
  readonly comparison: Comparison;
  readonly progress: (bytesRead: number) => void;
}

function compareLine(line: string, place: () => string, table: Table, comparison: Comparison): void {
  const record = readRecord(line);
  const problem = record ? problemOf(record) : kindOf(line);
  if (!record || problem) {
    comparison.skip(problem ?? "not a record", place());
    return;
  }
  const { decision, unknown } = decideAnew(table, record);
  comparison.called(unknown);
  const [before, after] = [whereRecorded(record), whereDecided(decision)];
  if (isSamePlace(before, after)) return;
  const { time, client, channel, from, to, id } = record;
  comparison.differs({ place: place(), time, client, channel, from, to, ...(id && { id }), before, after });
}

/** A caller is known by the number, of which nothing but the end is left: `+1******1234`. */
function problemOf({ from, to }: CallRecord): Skipped | undefined {
  return /\d?\*{3,}\d*/.test(from) || /\d?\*{3,}\d*/.test(to) ? "masked" : undefined;
}

/** What a line is that is no record. */
function kindOf(line: string): Skipped {
  try {
    const json: unknown = JSON.parse(line);
    const version = typeof json === "object" && json !== null && "v" in json ? json.v : undefined;
    return typeof version === "number" && version > 1 ? "newer" : "not a record";
  } catch {
    return "not JSON";
  }
}
