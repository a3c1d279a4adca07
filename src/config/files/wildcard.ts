/** Names of files with `*` in them. */

/**
 * Tells the names that a pattern stands for, where each `*` is any text or none. As in a shell, what begins with a dot
 * is not meant unless the pattern does: editors keep their copies there.
 *
 * Takes time in proportion to the name, whatever the pattern: each piece is looked for once, behind the one before.
 */
export function wildcard(pattern: string): (name: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  const pieces = rest.filter((piece) => piece !== "");
  return (name) => {
    if (last === undefined) return name === first;
    if (name.startsWith(".") && first === "") return false;
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const piece of pieces) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= name.length - last.length;
  };
}
