import type { Firestore, Settings } from "@google-cloud/firestore";
import { loadPeer, rethrow } from "../driver/load-peer.ts";

/** Options of {@link connect}. */
export interface ConnectOptions {
  readonly projectId?: string | undefined;
  readonly client?: Firestore | undefined;
}

/** Imports the client's package and makes a client, unless there is one. No request is sent. */
export async function connect({ projectId, client }: ConnectOptions): Promise<Firestore> {
  if (client !== undefined) return client;
  const { Firestore } = await loadPeer(
    "@google-cloud/firestore",
    () => import("@google-cloud/firestore").catch(rethrow),
    "Firestore",
  );
  const settings: Settings = { ignoreUndefinedProperties: false };
  return new Firestore(projectId === undefined ? settings : { ...settings, projectId });
}
