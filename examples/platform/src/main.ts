import { loadConfig } from "@plinth/config";
import { type Binding, createApp } from "@plinth/core";
import { platformConfigs } from "./platform-config.ts";

/** Only what is chosen is loaded. */
const compositions: Readonly<Record<string, () => Promise<{ bindings: readonly Binding[] }>>> = {
  monolith: () => import("./monolith.ts"),
  things: () => import("./split/things.ts"),
  "users-accounts": () => import("./split/users-accounts.ts"),
  "api-keys": () => import("./split/api-keys.ts"),
  notifications: () => import("./split/notifications.ts"),
};

const [name = "monolith"] = process.argv.slice(2);
const load = compositions[name];
if (load === undefined) {
  const known = Object.keys(compositions).join(", ");
  console.error(`There is no composition "${name}": choose one of ${known}.`);
  process.exit(1);
}

// The process that started this one is gone, and no other would stop it.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));

const { bindings } = await load();
await createApp({ name, config: loadConfig(platformConfigs), bindings }).run();
