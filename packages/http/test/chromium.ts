import { accessSync, constants } from "node:fs";
import { isEngineRequired } from "@plinth/testing";
import { chromium, type Browser } from "playwright-core";

const howToInstall =
  "CHROMIUM_PATH is not set and neither /usr/bin/chromium nor /usr/bin/chromium-browser is there";

// What the browser asks its makers for by itself has no place in a test, and fails without a network.
const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why tests in a browser are skipped here; undefined when they run, or have to fail. */
export function chromiumSkipReason(): string | undefined {
  const required = isEngineRequired("chromium");
  return required || findChromium() !== undefined ? undefined : howToInstall;
}

/** Starts Chromium without a window; it has a profile of its own, which goes when it is closed. */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error(`PLINTH_REQUIRE_ENGINES asks for chromium, but ${howToInstall}.`);
  }
  // The sandbox of the browser does not start for root.
  const chromiumSandbox = process.getuid?.() !== 0;
  return chromium.launch({ executablePath, headless: true, chromiumSandbox, args: flags });
}

function findChromium(): string | undefined {
  // A configured path that is wrong is an error, not a reason to look elsewhere.
  const named = process.env["CHROMIUM_PATH"];
  if (named) return named;
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
