/**
 * Loaded before every test file by `tools/test.ts`: properties draw the same cases in each run, so that a change fails
 * for what it changes and nothing else. `SEED=N` draws others.
 */
import fc from "fast-check";

const seed = Number(process.env.SEED || 1);
if (!Number.isSafeInteger(seed)) throw new Error(`SEED must be a whole number: ${process.env.SEED}`);
fc.configureGlobal({ seed });
