import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { loadPeer } from "../driver/load-peer.ts";
import { configuredEndpoint, wantsLocalCredentials } from "./endpoint.ts";

/** The SDK as one driver uses it. */
export interface DynamoDb {
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly commands: typeof import("@aws-sdk/lib-dynamodb");
  readonly tables: typeof import("@aws-sdk/client-dynamodb");
}

/** Options of {@link connect}. */
export interface ConnectOptions {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly client?: DynamoDBClient | undefined;
}

/** Imports the SDK and makes its client. No request is sent. */
export async function connect(options: ConnectOptions): Promise<DynamoDb> {
  const tables = await loadPeer(
    "@aws-sdk/client-dynamodb",
    () => import("@aws-sdk/client-dynamodb"),
    "DynamoDB",
  );
  const commands = await loadPeer(
    "@aws-sdk/lib-dynamodb",
    () => import("@aws-sdk/lib-dynamodb"),
    "DynamoDB",
  );
  const endpoint = configuredEndpoint(options.endpoint, process.env);
  const client =
    options.client ??
    new tables.DynamoDBClient({
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
  // A document client writes its options into the configuration of the client that it is made from;
  // a view with a configuration of its own keeps them off a client that others use as well.
  const view = Object.create(client, { config: { value: { ...client.config } } }) as DynamoDBClient;
  const documents = commands.DynamoDBDocumentClient.from(view, {
    marshallOptions: { allowImpreciseNumbers: true },
    unmarshallOptions: { wrapNumbers: Number },
  });
  return { client, documents, commands, tables };
}
