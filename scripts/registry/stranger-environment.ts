import { delimiter } from "node:path";
import { runProgram } from "./run-program.ts";

// What a machine needs to reach its registry, and no more.
const passedOn =
  /^(?:LANG|LC_ALL|TMPDIR|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|(?:https?|no)_proxy)$/i;

/** How a machine reaches its registry. */
export interface StrangerEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  /** What the machine's registry is called in everything that is printed. */
  readonly masks: ReadonlyMap<string, string>;
}

/**
 * The environment of a newcomer with Node and npm: an empty home, npm's settings and its cache, and
 * nothing of this repository, whose programs `npm run` puts on the search path.
 *
 * @param home a folder that is empty
 */
export async function strangerEnvironment(home: string): Promise<StrangerEnvironment> {
  const own = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && passedOn.test(name) ? [[name, value]] : [],
    ),
  );
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !/node_modules/.test(folder))
    .join(delimiter);
  const setting = async (name: string): Promise<string> => {
    const environment = { ...own, PATH: path, HOME: process.env["HOME"] ?? home, ...npmSettings() };
    return (await runProgram("npm", ["config", "get", name], { folder: home, environment })).trim();
  };
  const [userconfig, globalconfig, cache, registry] = await Promise.all([
    setting("userconfig"),
    setting("globalconfig"),
    setting("cache"),
    setting("registry"),
  ]);
  const { origin, host } = new URL(registry);
  const environment = {
    ...own,
    PATH: path,
    HOME: home,
    npm_config_userconfig: userconfig,
    npm_config_globalconfig: globalconfig,
    npm_config_cache: cache,
    npm_config_registry: registry,
    ...quietSettings,
  };
  const masks = new Map([
    [origin, "<registry>"],
    [host, "<registry>"],
  ]);
  return { environment, masks };
}

const quietSettings = {
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
};

/** The settings of npm that came by the environment, such as a registry. */
function npmSettings(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && /^npm_config_(?:registry|cache|userconfig|globalconfig)$/i.test(name)
      ? [[name, value]]
      : [],
  );
  return Object.fromEntries(entries) as Record<string, string>;
}
