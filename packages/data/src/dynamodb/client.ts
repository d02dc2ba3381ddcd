import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { loadPeer } from "../driver/load-peer.ts";
import { configuredEndpoint, wantsLocalCredentials } from "./endpoint.ts";

/** The SDK as one driver uses it. */
export interface DynamoDb {
  readonly client: DynamoDBClient;
  readonly commands: typeof import("@aws-sdk/client-dynamodb");
}

/** Options of {@link connect}. */
export interface ConnectOptions {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly client?: DynamoDBClient | undefined;
}

/** Imports the SDK and makes its client, unless there is one. No request is sent. */
export async function connect(options: ConnectOptions): Promise<DynamoDb> {
  const commands = await loadPeer(
    "@aws-sdk/client-dynamodb",
    () => import("@aws-sdk/client-dynamodb"),
    "DynamoDB",
  );
  if (options.client !== undefined) return { client: options.client, commands };
  const endpoint = configuredEndpoint(options.endpoint, process.env);
  const client = new commands.DynamoDBClient({
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(wantsLocalCredentials(endpoint, process.env)
      ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
      : {}),
    requestHandler: {
      connectionTimeout: 2000,
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
    },
  });
  return { client, commands };
}
