/** Debian's Chromium, headless, for the tests of the status page and for its screenshots. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"] as const;

/** Where Chromium is; undefined where there is none. */
export const CHROMIUM: string | undefined = PATHS.find((path) => existsSync(path));

/** Starts Chromium. It has no sandbox, since it opens nothing but pages of this machine, perhaps as root. */
export async function openChromium(): Promise<Browser> {
  if (CHROMIUM === undefined)
    throw new Error("Cannot start Chromium: `apt-get install chromium` installs it");
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
  });
}
