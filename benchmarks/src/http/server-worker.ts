import type { ServerSettings, StartServer } from "./server-settings.ts";

/** Starts one of the servers in a process of its own. */
export async function worker(settings: ServerSettings): Promise<object> {
  const { start } = (await import(`./servers/${settings.server}.js`)) as { start: StartServer };
  const { port } = await start(settings);
  return { port: () => port };
}
