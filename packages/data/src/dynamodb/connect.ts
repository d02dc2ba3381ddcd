import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { FailedPreconditionError } from "@plinth/core/errors";
import { loadPeer, rethrow } from "@plinth/support/load-peer";
import { isKnownClient, tellFallback } from "../driver/fast-path.ts";
import { configuredEndpoint, wantsLocalCredentials } from "./endpoint.ts";
import { documentSender, type ItemSender } from "./item-sender.ts";
import { leanPath, leanSender } from "./lean-sender.ts";
import { translation } from "./native-value.ts";
import { RequestHandler } from "./request-handler.ts";

/** The parts of the SDK that one driver uses. */
export interface DynamoDb {
  /** For requests about single items. */
  readonly sender: ItemSender;
  /** For transactions. */
  readonly documents: DynamoDBDocumentClient;
  readonly items: typeof import("@aws-sdk/lib-dynamodb");
  /** For requests about tables. */
  readonly client: DynamoDBClient;
  readonly tables: typeof import("@aws-sdk/client-dynamodb");
  readonly quirks: Quirks;
}

/** Facts about the engine, learned from its answers. */
export interface Quirks {
  refusesEmptyStrings: boolean;
}

/** Options of {@link connect}. */
export interface ConnectOptions {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly client?: DynamoDBClient | undefined;
}

const neededBy = "The DynamoDB driver";
const missing = (message: string, options: ErrorOptions): Error =>
  new FailedPreconditionError(message, options);

/** Imports the SDK and makes its clients, unless one is given. Sends no request. */
export async function connect(options: ConnectOptions): Promise<DynamoDb> {
  const tables = await loadPeer({
    name: "@aws-sdk/client-dynamodb",
    neededBy,
    load: () => import("@aws-sdk/client-dynamodb").catch(rethrow),
    missing,
  });
  const items = await loadPeer({
    name: "@aws-sdk/lib-dynamodb",
    neededBy,
    load: () => import("@aws-sdk/lib-dynamodb").catch(rethrow),
    missing,
  });
  const handler = new RequestHandler({ connection: 2000, request: 10_000 });
  const client = options.client ?? ownClient(tables, options, handler);
  const documents = items.DynamoDBDocumentClient.from(withConfigOfItsOwn(client), translation);
  // A client of the caller's may have middleware and a handler of its own, which the lean sender skips.
  const isLean = options.client === undefined && isKnownClient(leanPath);
  const lean = isLean ? leanSender(tables, client, handler) : undefined;
  if (isLean && lean === undefined) tellFallback(leanPath.client, "its middleware has other names");
  const sender = lean ?? documentSender(documents, items);
  return { sender, documents, items, client, tables, quirks: { refusesEmptyStrings: false } };
}

function ownClient(
  { DynamoDBClient }: typeof import("@aws-sdk/client-dynamodb"),
  options: ConnectOptions,
  handler: RequestHandler,
): DynamoDBClient {
  // An object, because the type of the SDK requires the classes of its messages, and only reads their fields.
  const requestHandler: object = handler;
  return leanClient(new DynamoDBClient({ ...clientConfig(options), requestHandler }));
}

function clientConfig({ region, endpoint }: ConnectOptions): object {
  const url = configuredEndpoint(endpoint, process.env);
  return {
    ...(region === undefined ? {} : { region }),
    ...(url === undefined ? {} : { endpoint: url }),
    ...(wantsLocalCredentials(url, process.env)
      ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
      : {}),
  };
}

/**
 * Removes middleware that does work for each request without a use here: lines for a logger that is not set,
 * and a header that names the SDK. On AWS Lambda, the one that breaks endless loops stays.
 */
function leanClient(client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.remove("loggerMiddleware");
  client.middlewareStack.remove("getUserAgentMiddleware");
  if (process.env["AWS_LAMBDA_FUNCTION_NAME"] === undefined) {
    client.middlewareStack.remove("recursionDetectionMiddleware");
  }
  return client;
}

/**
 * The same client with a copy of its configuration: document clients keep their translation options there,
 * and the last document client made from a client would decide for all.
 */
function withConfigOfItsOwn(client: DynamoDBClient): DynamoDBClient {
  const copy = <T extends object>(value: T, more: PropertyDescriptorMap = {}): T =>
    Object.create(Object.getPrototypeOf(value) as object | null, {
      ...Object.getOwnPropertyDescriptors(value),
      ...more,
    }) as T;
  return copy(client, { config: { value: copy(client.config), writable: true, enumerable: true } });
}
