/**
 * Says how many packages the executable has inside, and what the registry knows against them. Exit code 1 where there is
 * something against one that is shipped; with `AUDIT=required` also where the registry does not say.
 */
import { bundledPackages } from "../release/bundled.ts";
import { askAdvisories, judge } from "./advisories.ts";

const shipped = (await bundledPackages()).map(({ name }) => name);
const { lines, isGood } = judge(await askAdvisories(process.env), shipped, process.env.AUDIT === "required");
for (const line of lines) console.log(line);
process.exit(isGood ? 0 : 1);
