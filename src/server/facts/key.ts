/** What calls and callers are remembered by. */
import { createHash } from "node:crypto";

/** The most characters of a key. */
const KEY_LENGTH = 64;

/**
 * A short key for a text that a caller may choose: the text itself where it is short, else a digest of it. It holds no
 * part of a longer text in memory: a slice of a string keeps all of that string alive in JavaScriptCore and in V8.
 */
export function keyOf(text: string): string {
  if (text.length <= KEY_LENGTH) return Buffer.from(text).toString();
  return createHash("sha256").update(text).digest("base64");
}
