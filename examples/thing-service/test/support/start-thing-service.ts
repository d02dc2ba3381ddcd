import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startProcess, type TestProcess } from "@plinth/testing";

/** The variables of a cloud, without which the service keeps its records in memory. */
export type ServiceEnvironment = Readonly<Record<string, string>>;

/**
 * How long a test with real processes may take, in milliseconds: many times what it takes on an idle
 * machine, so that only what hangs is stopped.
 */
export const patience = 90_000;

const folder = fileURLToPath(new URL("../..", import.meta.url));

/** The words of the `start` script after the shell's `exec`: tests start what `npm start` starts. */
const [, command = "", ...parameters] = startScript().split(" ");

/**
 * Starts thing-service in a process of its own, with nothing of this machine's configuration.
 *
 * @param environment Its variables, beside a free port.
 * @param entry Its entry point. Default: that of `npm start`.
 */
export async function launchThingService(
  environment: ServiceEnvironment,
  entry?: string,
): Promise<TestProcess> {
  const { PATH, HOME, TMPDIR } = process.env;
  const words = entry === undefined ? parameters : [...parameters.slice(0, -1), entry];
  return startProcess(command, words, {
    folder,
    environment: { PATH, HOME, TMPDIR, PORT: "0", ...environment },
  });
}

/** Waits for the line that shows a first request, and takes the address from it. */
export async function addressOf(service: TestProcess): Promise<string> {
  const [, address = ""] = await service.waitForOutput(/curl \S+ (http:\/\/[^/\s]+)/, patience);
  return address;
}

function startScript(): string {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as {
    scripts: { start: string };
  };
  return manifest.scripts.start;
}
