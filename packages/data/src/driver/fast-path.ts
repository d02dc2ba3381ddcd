import { debuglog } from "node:util";
import { installedVersion } from "./installed-version.ts";

/** A faster way to use a client than its public API. It relies on inner parts of some versions. */
export interface FastPath {
  /** The client's package. */
  readonly client: string;
  /** The major version that the inner parts are known of. */
  readonly major: number;
  /** The lowest minor version of it. */
  readonly minor: number;
}

const log = debuglog("plinth");
const told = new Set<string>();

/**
 * Whether the installed client is one whose inner parts are known. Otherwise the driver uses the public
 * API of the client, and a debug line says so, once for each client (`NODE_DEBUG=plinth` prints it).
 *
 * @param version The installed version; `undefined` if it is not known.
 * @param tell Gets the debug line.
 */
export function isKnownClient(
  { client, major, minor }: FastPath,
  version: string | undefined = installedVersion(client),
  tell: (line: string) => void = log,
): boolean {
  const [itsMajor, itsMinor = 0] = (version ?? "").split(".").map(Number);
  if (itsMajor === major && itsMinor >= minor) return true;
  tellFallback(
    client,
    `its version is ${version ?? "not known"}, and not ${major}.${minor} or a later one of ${major}`,
    tell,
  );
  return false;
}

/** Says once that a client is used by its public API alone. */
export function tellFallback(
  client: string,
  reason: string,
  tell: (line: string) => void = log,
): void {
  if (told.has(client)) return;
  told.add(client);
  tell(`The package ${client} is used by its public API, which is slower: ${reason}.`);
}
