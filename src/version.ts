/** What this program is: its version, and the commit that it was built from. */
import manifest from "../package.json" with { type: "json" };

// Set by `make build`; absent when the program runs from its sources.
declare const SWITCHHOOK_COMMIT: string | undefined;

/** Whether this is the compiled binary. */
export const isCompiled: boolean = typeof SWITCHHOOK_COMMIT !== "undefined";

/** The version, as in package.json. */
export const version: string = manifest.version;

/** The commit that the binary was built from, or `source`. */
export const commit: string = typeof SWITCHHOOK_COMMIT === "undefined" ? "source" : SWITCHHOOK_COMMIT;
