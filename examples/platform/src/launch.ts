import { randomBytes } from "node:crypto";
import { freePort } from "./free-port.ts";
import { PartProcess } from "./part-process.ts";
import { apiKeys, notifications, things, usersAccounts } from "./served.ts";

// Starts the named compositions, each in a process of its own, and stops all of them when one ends or
// a signal comes. Ports are free ones unless PORT (of the monolith), THINGS_PORT, USERS_ACCOUNTS_PORT,
// API_KEYS_PORT or NOTIFICATIONS_PORT say otherwise; the root key is a new one unless ROOT_KEY is set.

const names = process.argv.slice(2);

function variableOf(name: string): string {
  return name === "monolith" ? "PORT" : `${name.toUpperCase().replaceAll("-", "_")}_PORT`;
}

const ports = new Map<string, number>();
for (const name of names) {
  const configured = process.env[variableOf(name)];
  ports.set(name, configured === undefined ? await freePort() : Number(configured));
}

function addressOf(name: string, prefix = ""): string {
  return `http://127.0.0.1:${ports.get(name) ?? ports.get("monolith")}${prefix}`;
}

const rootKey = process.env["ROOT_KEY"] ?? randomBytes(32).toString("base64url");
const urls = {
  THINGS_URL: addressOf("things", things.prefix),
  USERS_ACCOUNTS_URL: addressOf("users-accounts", usersAccounts.prefix),
  API_KEYS_URL: addressOf("api-keys", apiKeys.prefix),
  NOTIFICATIONS_URL: addressOf("notifications", notifications.prefix),
};
const parts = Array.from(
  ports,
  ([name, port]) => new PartProcess(name, port, { ...urls, ROOT_KEY: rootKey }),
);

let isStopping = false;
/** The part that ended by itself, and so took the others with it. */
let endedFirst: string | undefined;
function stopAll(signal: NodeJS.Signals): void {
  isStopping = true;
  for (const part of parts) part.stop(signal);
}
// The terminal sends SIGINT to the children too; to them the same signal at once counts as one.
process.on("SIGINT", stopAll).on("SIGTERM", stopAll);
for (const part of parts) {
  void part.exit.then(() => {
    // A second signal would keep the others from finishing what is in flight.
    if (isStopping) return;
    endedFirst = part.name;
    stopAll("SIGTERM");
  });
}

try {
  await Promise.all(parts.map((part) => part.untilReady()));
  const lines = Object.entries(urls).map(([variable, url]) => `  ${variable}=${url}`);
  const user = JSON.stringify({ name: "Ada", email: "ada@example.com" });
  if (names.length > 1 && process.env["RABBITMQ_URL"] === undefined) {
    console.log("\nRABBITMQ_URL names no broker: notifications do not hear of users.");
  }
  console.log(`\nThe platform is ready. Its parts:\n\n${lines.join("\n")}
  ROOT_KEY=${rootKey}\n
Try it from another terminal:\n
  curl -i ${urls.USERS_ACCOUNTS_URL}/users -H 'x-api-key: ${rootKey}' -H 'content-type: application/json' -d '${user}'\n`);
} catch (error) {
  if (error instanceof Error) {
    console.error(endedFirst ? `${endedFirst} ended before it was ready.` : error.message);
  }
}
process.exitCode = Math.max(...(await Promise.all(parts.map((part) => part.exit))));
