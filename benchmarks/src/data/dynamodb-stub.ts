import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { pageSize } from "./record.ts";

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Body {
  readonly TableName?: string;
  readonly Item?: Values;
  readonly Key?: Values;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Values[] }>>;
}

interface Definition {
  readonly GlobalSecondaryIndexes?: readonly object[];
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part as string;
  return text;
}

/** The name under which an item is found: its key holds the id, in any form. */
function idOf(values: Values): string {
  const [id = ""] = /item_\d{4}/.exec(JSON.stringify(values)) ?? [];
  return id;
}

/**
 * Speaks as much of DynamoDB's protocol as the comparison needs, and answers at once: it remembers
 * items as they were written, and gives the first twenty for any query.
 */
export async function worker(): Promise<object> {
  const tables = new Map<string, Map<string, { readonly item: Values; readonly answer: string }>>();
  const pages = new Map<string, string>();
  const definitions = new Map<string, Definition>();
  const tableOf = (name: string) => {
    let table = tables.get(name);
    if (table === undefined) tables.set(name, (table = new Map()));
    return table;
  };
  const answers: { readonly [target: string]: (body: Body) => string | undefined } = {
    PutItem: ({ TableName = "", Item = {} }) => {
      const table = tableOf(TableName);
      const id = idOf(Item);
      // What is written again under the same id may have another revision alone.
      if (table.has(id)) return "{}";
      table.set(id, { item: Item, answer: `{"Item":${JSON.stringify(Item)}}` });
      const Items = [...table.values()].slice(0, pageSize).map(({ item }) => item);
      pages.set(TableName, JSON.stringify({ Items, Count: pageSize, ScannedCount: pageSize }));
      return "{}";
    },
    GetItem: ({ TableName = "", Key = {} }) => tableOf(TableName).get(idOf(Key))?.answer ?? "{}",
    Query: ({ TableName = "" }) => pages.get(TableName) ?? '{"Items":[],"Count":0}',
    BatchGetItem: ({ RequestItems = {} }) => {
      const Responses = Object.fromEntries(
        Object.entries(RequestItems).map(([name, { Keys }]) => [
          name,
          Keys.flatMap((key) => tableOf(name).get(idOf(key))?.item ?? []),
        ]),
      );
      return JSON.stringify({ Responses, UnprocessedKeys: {} });
    },
    CreateTable: ({ TableName = "", ...definition }) => {
      definitions.set(TableName, definition as Definition);
      return JSON.stringify({ TableDescription: { TableName } });
    },
    DescribeTable: ({ TableName = "" }) => {
      const definition = definitions.get(TableName);
      if (definition === undefined) return undefined;
      const GlobalSecondaryIndexes = (definition.GlobalSecondaryIndexes ?? []).map((index) => ({
        ...index,
        IndexStatus: "ACTIVE",
      }));
      const Table = { TableName, TableStatus: "ACTIVE", ...definition, GlobalSecondaryIndexes };
      return JSON.stringify({ Table });
    },
    UpdateTimeToLive: () => "{}",
  };
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const body = JSON.parse(text) as Body;
      const target = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      const answer = answers[target]?.(body);
      response.writeHead(answer === undefined ? 400 : 200, {
        "content-type": "application/x-amz-json-1.0",
      });
      response.end(answer ?? '{"__type":"ResourceNotFoundException","message":"unknown"}');
    });
  });
  // A connection is never closed by the stub: one that a client uses at that moment would fail, after 5 s
  // in which the others were measured.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: () => `http://127.0.0.1:${port}` };
}
