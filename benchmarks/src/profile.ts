import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Profiler } from "node:inspector";
import { leaveMeasuredCore } from "./method/cores.ts";
import { scenarios } from "./profile-scenarios.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "profiles");

interface Entry {
  readonly place: string;
  share: number;
}

/** Where a function is, short enough for a table. */
function placeOf({ functionName, url, lineNumber }: Profiler.ProfileNode["callFrame"]): string {
  const file = url.replace(/^.*\/(?:node_modules|dist)\//, "").replace(/^node:/, "node:");
  return `${functionName || "(anonymous)"}${file === "" ? "" : `  ${file}:${lineNumber + 1}`}`;
}

/** The functions in which most time was spent, callees apart, in per cent of the time not idle. */
function hottest(profile: Profiler.Profile): Entry[] {
  const entries = new Map<string, Entry>();
  let total = 0;
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    if (callFrame.functionName === "(idle)") continue;
    total += hitCount;
    const place = placeOf(callFrame);
    const entry = entries.get(place) ?? { place, share: 0 };
    entry.share += hitCount;
    entries.set(place, entry);
  }
  return [...entries.values()]
    .map(({ place, share }) => ({ place, share: (100 * share) / total }))
    .toSorted((left, right) => right.share - left.share);
}

const name = process.argv[2] ?? "";
const scenario = scenarios[name];
if (scenario === undefined) {
  process.stderr.write(
    `Usage: npm run bench:profile -- <scenario>\nScenarios: ${Object.keys(scenarios).join(", ")}\n`,
  );
  process.exit(2);
}
leaveMeasuredCore();
const profile = await scenario(5_000);
mkdirSync(folder, { recursive: true });
const file = join(folder, `${name}.cpuprofile`);
writeFileSync(file, JSON.stringify(profile));
for (const { place, share } of hottest(profile).slice(0, 45)) {
  process.stdout.write(`${share.toFixed(1).padStart(5)} %  ${place}\n`);
}
process.stdout.write(`\nThe whole profile, for the flame graph of a browser's tools: ${file}\n`);
process.exit();
