import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { IncomingResponse, OutgoingRequest } from "./request-handler.ts";

type Values = Readonly<Record<string, unknown>>;

/** Thrown for what is left to the SDK. */
const leftToSdk: unique symbol = Symbol("left to the SDK");
const nothing: Uint8Array = new TextEncoder().encode("{}");

/** One value of the protocol, such as `{ "S": "text" }`, for each kind that repositories write. */
function toNative(value: unknown): unknown {
  const { S, N, BOOL, M, L, NULL } = value as Readonly<Record<string, unknown>>;
  if (typeof S === "string") return S;
  if (typeof N === "string") return Number(N);
  if (typeof BOOL === "boolean") return BOOL;
  if (typeof M === "object") return toItem(M as Values);
  if (Array.isArray(L)) return L.map(toNative);
  if (NULL === true) return null;
  throw leftToSdk;
}

function toItem(values: Values): Values {
  const item: Record<string, unknown> = {};
  for (const name of Object.keys(values)) item[name] = toNative(values[name]);
  return item;
}

function toItems(items: unknown): Values[] {
  return (items as Values[]).map(toItem);
}

function mapValues(values: unknown, change: (value: unknown) => unknown): Values {
  return Object.fromEntries(
    Object.entries(values as Values).map(([name, value]) => [name, change(value)]),
  );
}

/** The fields of answers that hold items, and how each is read. All others stay as they are. */
const fields: { readonly [name: string]: (value: unknown) => unknown } = {
  Item: (item) => toItem(item as Values),
  Items: toItems,
  LastEvaluatedKey: (key) => toItem(key as Values),
  Responses: (tables) => mapValues(tables, toItems),
  UnprocessedKeys: (tables) =>
    mapValues(tables, (table) => ({
      ...(table as Values),
      Keys: toItems((table as Values)["Keys"]),
    })),
};

/** The operations whose answers are items. */
const reading: ReadonlySet<string> = new Set([
  "DynamoDB_20120810.BatchGetItem",
  "DynamoDB_20120810.GetItem",
  "DynamoDB_20120810.Query",
  "DynamoDB_20120810.Scan",
]);

/**
 * Reads answers full of items in one step, into what a document client gives. The SDK walks them twice,
 * value by value, by its model of the protocol. It keeps all that repositories do not write, such as
 * binary values and sets, as well as errors and what is no JSON.
 */
export class QuickReader {
  readonly #read = new WeakMap<object, object>();

  /**
   * Takes the items out of an answer.
   *
   * @param request what was sent
   * @param response what came
   * @returns the answer that is left for the SDK to read
   */
  take(request: OutgoingRequest, response: IncomingResponse): IncomingResponse {
    if (response.statusCode !== 200 || !reading.has(request.headers["x-amz-target"] ?? "")) {
      return response;
    }
    const { buffer, byteOffset, length } = response.body;
    try {
      const answer = JSON.parse(Buffer.from(buffer, byteOffset, length).toString()) as Values;
      const output: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(answer))
        output[name] = fields[name]?.(value) ?? value;
      this.#read.set(request, output);
      return { ...response, body: nothing };
    } catch {
      return response;
    }
  }

  /** Puts the items back where a document client has finished with the rest. */
  addTo(client: DynamoDBClient): void {
    client.middlewareStack.add(
      (next) => async (given) => {
        const result = await next(given);
        const { request } = given as { request?: unknown };
        const read = request instanceof Object ? this.#read.get(request) : undefined;
        if (read !== undefined) Object.assign(result.output as object, read);
        return result;
      },
      { step: "deserialize", priority: "high", name: "plinthQuickReader" },
    );
  }
}
