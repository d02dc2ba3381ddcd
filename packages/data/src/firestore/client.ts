import type { Firestore, Settings } from "@google-cloud/firestore";
import { FailedPreconditionError } from "@plinth/core/errors";
import { loadPeer, rethrow } from "@plinth/support/load-peer";

/** Options of {@link connect}. */
export interface ConnectOptions {
  readonly projectId?: string | undefined;
  readonly client?: Firestore | undefined;
}

/** Imports the client's package and makes a client, unless there is one. No request is sent. */
export async function connect({ projectId, client }: ConnectOptions): Promise<Firestore> {
  if (client !== undefined) return client;
  const { Firestore } = await loadPeer({
    name: "@google-cloud/firestore",
    neededBy: "The Firestore driver",
    load: () => import("@google-cloud/firestore").catch(rethrow),
    missing: (message, options) => new FailedPreconditionError(message, options),
  });
  const settings: Settings = { ignoreUndefinedProperties: false };
  return new Firestore(projectId === undefined ? settings : { ...settings, projectId });
}
