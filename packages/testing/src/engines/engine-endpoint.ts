import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The engines that tests can ask for. */
export type EngineName = DatabaseEngineName | "rabbitmq";

/** Those of them that keep records: the drivers of `@plinth/data` run on them. */
export type DatabaseEngineName = "dynamodb" | "firestore" | "postgres";

/** Where {@link engineEndpoint} looks. Every field has a default; tests of the look-up give both. */
export interface EngineLookup {
  /** The variables to read. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The folder from which `.engines/env` is searched upwards. Default: the working folder. */
  readonly folder?: string;
}

/** The environment variable that carries each engine's endpoint: the one its own client reads. */
export const engineVariables: Readonly<Record<EngineName, string>> = {
  dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
  firestore: "FIRESTORE_EMULATOR_HOST",
  postgres: "TEST_DATABASE_URL",
  rabbitmq: "RABBITMQ_URL",
};

/**
 * Finds a running engine: first in the environment, then in the nearest `.engines/env` file above
 * the working folder, which counts only while the process named by its `ENGINES_PID` is alive.
 *
 * @param name The engine.
 * @param lookup Where to look; defaults to this process.
 * @returns `http://host:port` for DynamoDB, `host:port` for Firestore, a connection URL for
 *   Postgres and RabbitMQ, with the password in it; `undefined` where no engine runs.
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
  // A script that was killed leaves its file behind; its endpoints would make tests hang.
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
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
