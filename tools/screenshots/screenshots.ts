/** Makes the pictures of the status page in docs/screenshots, with Debian's Chromium. */
import { readFile, writeFile } from "node:fs/promises";
import { openChromium } from "../../test/chromium.ts";
import { ROOT } from "../../test/harness.ts";
import { demonstrate } from "./server.ts";

/** A call that is explained in the pictures. */
const EXPLAINED = "to=%2B12125550100&from=%2B12125550142&at=2026-12-25T10%3A00%5BAmerica%2FNew_York%5D";

interface Picture {
  readonly name: string;
  readonly query?: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly scheme: "light" | "dark";
  /** What is shown; the top of the page where there is none. */
  readonly of?: string;
}

/** Down to some decisions, whole. */
const WIDE = { width: 1100, height: 1034 };
/** Sharp enough, and small. */
const SCALE = 1.2;
const PHONE = { width: 375, height: 812 };

const PICTURES: readonly Picture[] = [
  { name: "status", size: WIDE, scheme: "light" },
  { name: "status-dark", size: WIDE, scheme: "dark" },
  { name: "status-phone", size: PHONE, scheme: "light" },
  { name: "explain", query: EXPLAINED, size: { width: 960, height: 800 }, scheme: "light", of: "#explain" },
];
const KEPT_OUT: Picture = { name: "kept-out", size: { width: 1100, height: 540 }, scheme: "dark" };

await using demonstration = await demonstrate();
const browser = await openChromium();
try {
  for (const picture of PICTURES) await take(picture);
  const { files, page } = demonstration;
  const text = await readFile(files.file("config.toml"), "utf8");
  await files.write("config.toml", text.replace('agent = "night"\n\n[[n', 'agent = "nigth"\n\n[[n'));
  await fetch(`${page}/api/reload`, { method: "POST", headers: { "x-switchhook": "1" } });
  await take(KEPT_OUT);
} finally {
  await browser.close();
}

async function take({ name, query = "", size, scheme, of }: Picture): Promise<void> {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: scheme,
    deviceScaleFactor: of ? 1.1 : SCALE,
  });
  const page = await context.newPage();
  await page.goto(`${demonstration.page}/?${query}`);
  // A directory and a port of its own for each run are nothing to show.
  await page.evaluate(`for (const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walk.nextNode();) {
    walk.currentNode.data = walk.currentNode.data.replaceAll(${JSON.stringify(demonstration.files.path)}, "/etc/switchhook").replaceAll("\${env:CRM_URL}", "https://crm.example");
  }`);
  const png = await (of ? page.locator(of) : page).screenshot({ animations: "disabled" });
  const path = `docs/screenshots/${name}.png`;
  await writeFile(`${ROOT}/${path}`, png);
  console.log(`${path}  ${Math.round(png.length / 1024)} kB`);
  await context.close();
}
