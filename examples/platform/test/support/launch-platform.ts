import { fileURLToPath } from "node:url";
import type { ClientOptions } from "@plinth/http";
import { startProcess, type TestProcess } from "@plinth/testing";

const folder = fileURLToPath(new URL("../..", import.meta.url));
const nodeArguments = ["--import", "tsx", "--conditions=@plinth/source"];

/** How long a test with real processes may take, in milliseconds: only what hangs is stopped. */
export const patience = 90_000;

/** The platform in processes of its own, as `npm run platform` and `platform:split` start it. */
export interface LaunchedPlatform extends AsyncDisposable {
  readonly process: TestProcess;
  readonly rootKey: string;
  /** How the operator calls each part. */
  readonly things: ClientOptions;
  readonly usersAccounts: ClientOptions;
  readonly apiKeys: ClientOptions;
  readonly notifications: ClientOptions;
}

/** The compositions of the platform in four processes. */
export const split = ["things", "users-accounts", "api-keys", "notifications"];

/** Starts the launcher with nothing of this machine's configuration, and waits until it is ready. */
export async function launchPlatform(
  compositions: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<LaunchedPlatform> {
  const { PATH, HOME, TMPDIR } = process.env;
  const launched = await startProcess(
    process.execPath,
    [...nodeArguments, "src/launch.ts", ...compositions],
    { folder, environment: { PATH, HOME, TMPDIR, LOG_LEVEL: "warn", ...environment } },
  );
  const find = async (variable: string): Promise<string> => {
    const [, value = ""] = await launched.waitForOutput(new RegExp(`${variable}=(\\S+)`), patience);
    return value;
  };
  const rootKey = await find("ROOT_KEY");
  const place = async (variable: string): Promise<ClientOptions> => ({
    url: await find(variable),
    headers: () => ({ "x-api-key": rootKey }),
  });
  return {
    process: launched,
    rootKey,
    things: await place("THINGS_URL"),
    usersAccounts: await place("USERS_ACCOUNTS_URL"),
    apiKeys: await place("API_KEYS_URL"),
    notifications: await place("NOTIFICATIONS_URL"),
    // Its parts end when it does, however it ends.
    [Symbol.asyncDispose]: () => launched[Symbol.asyncDispose](),
  };
}
