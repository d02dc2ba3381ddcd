import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The engines that tests can ask for. */
export type EngineName = DatabaseEngineName | "rabbitmq";

/** The engines that store records, for the drivers of `@plinth/data`. */
export type DatabaseEngineName = "dynamodb" | "firestore" | "postgres";

/** Where {@link engineEndpoint} looks. Default: this process. */
export interface EngineLookup {
  /** The variables to read. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The folder where the search for `.engines/env` begins; it goes up. Default: the working folder. */
  readonly folder?: string;
}

/** The environment variable of each engine's endpoint: the one that its own client reads. */
export const engineVariables: Readonly<Record<EngineName, string>> = {
  dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
  firestore: "FIRESTORE_EMULATOR_HOST",
  postgres: "TEST_DATABASE_URL",
  rabbitmq: "RABBITMQ_URL",
};

/**
 * Finds a running engine: first in the environment, then in the nearest `.engines/env` file in or above
 * the working folder. The file counts only while the process in its `ENGINES_PID` is alive.
 *
 * @param name The engine.
 * @param lookup Where to look. Default: this process.
 * @returns `http://host:port` for DynamoDB, `host:port` for Firestore, a connection URL with its password
 *   for Postgres and RabbitMQ; `undefined` if no engine runs.
 */
export function engineEndpoint(name: EngineName, lookup: EngineLookup = {}): string | undefined {
  const { environment = process.env, folder = process.cwd() } = lookup;
  const variable = engineVariables[name];
  return environment[variable] || runningEngines(folder)?.get(variable);
}

function runningEngines(folder: string): Map<string, string> | undefined {
  const text = nearestEnginesFile(folder);
  if (text === undefined) return undefined;
  const variables = parseVariables(text);
  // A killed script leaves its file behind. Its endpoints would make tests hang.
  return isAlive(Number(variables.get("ENGINES_PID"))) ? variables : undefined;
}

function nearestEnginesFile(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      return readFileSync(join(folder, ".engines", "env"), "utf8");
    } catch {
      if (dirname(folder) === folder) return undefined;
    }
  }
}

function parseVariables(text: string): Map<string, string> {
  const lines = text.matchAll(/^\s*(?:export\s+)?(\w+)=(["']?)(.*?)\2\s*$/gm);
  return new Map(Array.from(lines, ([, name, , value]) => [name ?? "", value ?? ""]));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is alive and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
