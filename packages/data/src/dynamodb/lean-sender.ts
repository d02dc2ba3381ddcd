import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
import type { FastPath } from "../driver/fast-path.ts";
import { fromBody, toBody } from "./item-message.ts";
import { type ItemSender, type Send, sendOptions } from "./item-sender.ts";
import type { IncomingResponse, OutgoingRequest, RequestHandler } from "./request-handler.ts";

/** The argument of the SDK's middleware. The SDK copies unknown properties. */
interface Step {
  readonly input: object;
  readonly options: DriverCallOptions;
  readonly request?: OutgoingRequest;
  readonly response?: IncomingResponse;
}

interface Outcome {
  readonly response: IncomingResponse;
  readonly output?: object;
}

type Next = (step: Step) => Promise<Outcome>;

interface Context {
  readonly endpointV2?: {
    readonly url: URL;
    readonly headers?: Readonly<Record<string, readonly string[]>>;
  };
}

interface Place {
  readonly step: "serialize" | "deserialize";
  readonly priority?: "high" | "low";
  readonly name: string;
  readonly override: true;
}

interface Stack {
  add(middleware: (next: Next, context: Context) => Next, place: Place): void;
  identify(): string[];
}

interface Command {
  resolveMiddleware(stack: Stack, config: object, options: object): Next;
}

/** The versions of the SDK whose middleware {@link leanSender} knows. */
export const leanPath: FastPath = { client: "@aws-sdk/client-dynamodb", major: 3, minor: 980 };

const serializer = "serializerMiddleware";
const deserializer = "deserializerMiddleware";

/**
 * Sends requests about items through the middleware of the SDK: endpoint, credentials, signature and retries.
 * Serialization is our own, in one walk. The SDK walks over every value by its model of the protocol, once more
 * for a document client, and builds its middleware stack again for each request. The SDK reads answers that
 * are errors.
 *
 * @returns `undefined` if the SDK lacks the middleware that this relies on.
 */
export function leanSender(
  tables: typeof import("@aws-sdk/client-dynamodb"),
  client: DynamoDBClient,
  handler: RequestHandler,
): ItemSender | undefined {
  const stack = client.middlewareStack.clone() as unknown as Stack;
  const names = new Set(stack.identify().map((entry) => entry.split(" ")[0]));
  if (!names.has(serializer) || !names.has(deserializer)) return undefined;
  stack.add((next) => readStep(next, handler), {
    step: "deserialize",
    priority: "high",
    name: "plinthReader",
    override: true,
  });
  stack.add(answerStep, {
    step: "deserialize",
    priority: "low",
    name: "plinthAnswer",
    override: true,
  });
  const sender = <I extends object, O>(operation: string, command: object): Send<I, O> => {
    stack.add((next, context) => writeStep(next, context, operation), {
      step: "serialize",
      name: serializer,
      override: true,
    });
    // Built once, as with the SDK's `cacheMiddleware`, which has no signal for a single call.
    const send = (command as Command).resolveMiddleware(stack, client.config, {});
    return async (input, options) => (await send({ input, options })).output as O;
  };
  const TableName = "";
  const Key = {};
  return {
    put: sender("PutItem", new tables.PutItemCommand({ TableName, Item: {} })),
    delete: sender("DeleteItem", new tables.DeleteItemCommand({ TableName, Key })),
    get: sender("GetItem", new tables.GetItemCommand({ TableName, Key })),
    batchGet: sender("BatchGetItem", new tables.BatchGetItemCommand({ RequestItems: {} })),
    query: sender("Query", new tables.QueryCommand({ TableName })),
    scan: sender("Scan", new tables.ScanCommand({ TableName })),
  };
}

function writeStep(next: Next, context: Context, operation: string): Next {
  return (step) => {
    const { endpointV2 } = context;
    if (endpointV2 === undefined) throw new TypeError("The SDK has found no endpoint.");
    const { url, headers = {} } = endpointV2;
    const request: OutgoingRequest = {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      port: url.port === "" ? undefined : Number(url.port),
      path: url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`,
      query: {},
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        ...Object.fromEntries(
          Object.entries(headers).map(([name, values]) => [name, values.join(", ")]),
        ),
      },
      body: toBody(step.input),
    };
    return next({ ...step, request });
  };
}

/** Sends the request and reads the answer. Leaves errors to the SDK. */
function readStep(next: Next, handler: RequestHandler): Next {
  return async (step) => {
    const { request, options } = step;
    if (request === undefined) return next(step);
    const { response } = await handler.handle(request, sendOptions(options));
    const output = response.statusCode === 200 ? fromBody(response.body) : undefined;
    if (output === undefined) return next({ ...step, response });
    // The SDK adds the number of attempts.
    output["$metadata"] = { httpStatusCode: response.statusCode };
    return { response, output };
  };
}

/** Gives the SDK the answer that was received already. */
function answerStep(next: Next): Next {
  return async (step) => (step.response === undefined ? next(step) : { response: step.response });
}
