import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  DeleteCommandInput,
  DynamoDBDocumentClient,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import type { DriverCallOptions } from "../driver/driver-collection.ts";

/** Sends requests about items, with the inputs and outputs of a document client. */
export interface ItemSender {
  readonly put: Send<PutCommandInput, object>;
  readonly delete: Send<DeleteCommandInput, object>;
  readonly get: Send<GetCommandInput, Pick<GetCommandOutput, "Item">>;
  readonly batchGet: Send<
    BatchGetCommandInput,
    Pick<BatchGetCommandOutput, "Responses" | "UnprocessedKeys">
  >;
  readonly query: Send<
    QueryCommandInput,
    Pick<QueryCommandOutput, "Items" | "Count" | "LastEvaluatedKey">
  >;
  readonly scan: Send<ScanCommandInput, Pick<ScanCommandOutput, "Items" | "LastEvaluatedKey">>;
}

/** Sends one kind of request. Rejects with the errors of the SDK. */
export type Send<I, O> = (input: I, options: DriverCallOptions) => Promise<O>;

/** Sends by a document client: the public API. */
export function documentSender(
  documents: DynamoDBDocumentClient,
  items: typeof import("@aws-sdk/lib-dynamodb"),
): ItemSender {
  return {
    put: (input, options) => documents.send(new items.PutCommand(input), sendOptions(options)),
    delete: (input, options) =>
      documents.send(new items.DeleteCommand(input), sendOptions(options)),
    get: (input, options) => documents.send(new items.GetCommand(input), sendOptions(options)),
    batchGet: (input, options) =>
      documents.send(new items.BatchGetCommand(input), sendOptions(options)),
    query: (input, options) => documents.send(new items.QueryCommand(input), sendOptions(options)),
    scan: (input, options) => documents.send(new items.ScanCommand(input), sendOptions(options)),
  };
}

/** The options of a call for the SDK. */
export function sendOptions({ signal }: DriverCallOptions): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
