import { loadPeer } from "@plinth/support/load-peer";

/** A store of secrets, opened for one load. */
export interface SecretManager {
  /** The text of a secret. Rejects with `SecretReadError`. */
  read(name: string, limits: { signal: AbortSignal; timeout: number }): Promise<string>;
  close(): Promise<void>;
}

/** Looks up a variable in the layers of the configuration. */
export type FindVariable = (variable: string) => string | undefined;

/** Why a secret could not be read, in one sentence for people. */
export class SecretReadError extends Error {
  override readonly name: string = "SecretReadError";
}

/** Loads the client of a secret manager. Rejects with `SecretReadError` if it is not installed. */
export function loadClient<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  return loadPeer({
    name,
    neededBy: "reading it",
    load,
    missing: (message, options) => new SecretReadError(message, options),
  });
}
