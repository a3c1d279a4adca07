/** How two texts differ, line by line: `-` is expected and not found, `+` is found and not expected. */
export function differences(expected: string, found: string): string[] {
  const [left, right] = [expected.split("\n"), found.split("\n")];
  // lengths[i][j]: how many lines the rests from i and j have in common.
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  const common = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const row = lengths[i] ?? [];
      row[j] = left[i] === right[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(`    ${left[i]}`);
      i++;
      j++;
    } else if (i < left.length && (j === right.length || common(i + 1, j) >= common(i, j + 1))) {
      lines.push(`  - ${left[i++]}`);
    } else {
      lines.push(`  + ${right[j++]}`);
    }
  }
  return lines;
}
