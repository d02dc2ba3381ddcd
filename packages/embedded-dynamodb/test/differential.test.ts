import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { describeWithEngine } from "@plinth/testing";
import { clientOf, createTable, useEmbedded } from "./support.ts";

const key = fc.record({ id: fc.constantFrom("a", "b", "c") });
const item = fc.record(
  {
    id: fc.constantFrom("a", "b", "c"),
    n: fc.integer({ min: -3, max: 3 }),
    group: fc.constantFrom("g", "h"),
    rank: fc.integer({ min: -20, max: 120 }),
  },
  { requiredKeys: ["id"] },
);
const condition = fc.constantFrom(
  {},
  { ConditionExpression: "attribute_not_exists(id)" },
  { ConditionExpression: "attribute_exists(n)" },
  {
    ConditionExpression: "n < :two OR begins_with(#g, :h)",
    ExpressionAttributeValues: { ":two": 2, ":h": "h" },
    ExpressionAttributeNames: { "#g": "group" },
  },
);
const change = fc.constantFrom(
  { UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": 1 } },
  { UpdateExpression: "REMOVE #r", ExpressionAttributeNames: { "#r": "rank" } },
  { UpdateExpression: "SET n = n - :one", ExpressionAttributeValues: { ":one": 1 } },
  {
    UpdateExpression: "SET #r = if_not_exists(#r, :five), #g = :h",
    ExpressionAttributeNames: { "#r": "rank", "#g": "group" },
    ExpressionAttributeValues: { ":five": 5, ":h": "h" },
  },
);
const action = fc.oneof(
  fc.record({ Put: fc.tuple(item, condition).map(([Item, more]) => ({ Item, ...more })) }),
  fc.record({ Delete: fc.tuple(key, condition).map(([Key, more]) => ({ Key, ...more })) }),
  fc.record({ Update: fc.tuple(key, change).map(([Key, more]) => ({ Key, ...more })) }),
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;
const idOf = (action: Action): string => {
  if ("Put" in action) return action.Put.Item.id;
  return "Delete" in action ? action.Delete.Key.id : action.Update.Key.id;
};
const step: fc.Arbitrary<Action[]> = fc.oneof(
  action.map((single) => [single]),
  // DynamoDB Local notices two actions on one item only after a failed condition.
  fc.uniqueArray(action, { minLength: 2, maxLength: 3, selector: idOf }),
);

describeWithEngine("dynamodb", "the same steps on DynamoDB Local", (endpoint) => {
  const local = clientOf(endpoint);
  const embedded = useEmbedded();
  afterAll(() => local.destroy());

  test("end in the same answers and the same items", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const clients = [local, embedded().client];
        const [expected, actual] = await Promise.all(
          clients.map(async (client): Promise<Outcome> => {
            const table = await createTable(client);
            const documents = DynamoDBDocumentClient.from(client);
            const answers: string[] = [];
            for (const actions of steps) answers.push(await run(documents, table, actions));
            return { answers, ...(await contents(documents, table)) };
          }),
        );
        expect(alike(actual, expected)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

interface Outcome {
  readonly answers: readonly string[];
  readonly byId: Record<string, unknown>;
  readonly groups: readonly unknown[];
}

/** DynamoDB Local has no reason "ValidationError": it refuses the request, or names another one. */
function alike(outcome: Outcome | undefined, model: Outcome | undefined): Outcome | undefined {
  if (outcome === undefined) return undefined;
  const answers = outcome.answers.map((answer, n) => {
    const other = model?.answers[n] ?? "";
    return answer.includes("ValidationError") && other !== "done" ? other : answer;
  });
  return { ...outcome, answers };
}

async function run(
  documents: DynamoDBDocumentClient,
  TableName: string,
  actions: readonly Action[],
): Promise<string> {
  try {
    const [first] = actions;
    if (actions.length > 1 || first === undefined) {
      const TransactItems = actions.map((action) =>
        "Put" in action
          ? { Put: { TableName, ...action.Put } }
          : "Delete" in action
            ? { Delete: { TableName, ...action.Delete } }
            : { Update: { TableName, ...action.Update } },
      );
      await documents.send(new TransactWriteCommand({ TransactItems }));
    } else if ("Put" in first) await documents.send(new PutCommand({ TableName, ...first.Put }));
    else if ("Delete" in first) {
      await documents.send(new DeleteCommand({ TableName, ...first.Delete }));
    } else await documents.send(new UpdateCommand({ TableName, ...first.Update }));
    return "done";
  } catch (error) {
    if (error instanceof TransactionCanceledException) {
      return (error.CancellationReasons ?? []).map(({ Code }) => Code).join();
    }
    return (error as Error).name;
  }
}

async function contents(documents: DynamoDBDocumentClient, TableName: string) {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
  const groups = await Promise.all(
    ["g", "h"].map(async (group) => {
      const query = new QueryCommand({
        TableName,
        IndexName: "byGroup",
        KeyConditionExpression: "#g = :g",
        ExpressionAttributeNames: { "#g": "group" },
        ExpressionAttributeValues: { ":g": group },
      });
      return (await documents.send(query)).Items?.map(({ rank }) => rank as number);
    }),
  );
  const byId = Object.fromEntries(Items.map((found) => [found["id"] as string, found]));
  return { byId, groups };
}
