import { fromAttributes, toAttributes } from "./attribute-value.ts";

type Fields = Readonly<Record<string, unknown>>;
type Translate = (value: unknown) => unknown;

function mapTables(tables: unknown, change: Translate): Fields {
  return Object.fromEntries(
    Object.entries(tables as Fields).map(([name, table]) => [name, change(table)]),
  );
}

function mapKeys(tables: unknown, change: (key: Fields) => Fields): Fields {
  return mapTables(tables, (table) => ({
    ...(table as Fields),
    Keys: ((table as Fields)["Keys"] as readonly Fields[]).map(change),
  }));
}

const write: Translate = (item) => toAttributes(item as Fields);
const read: Translate = (item) => fromAttributes(item as Fields);
const readAll: Translate = (items) => (items as readonly Fields[]).map(fromAttributes);

/** How to write the fields of requests that hold items. Others are unchanged. */
const written: ReadonlyMap<string, Translate> = new Map([
  ["Item", write],
  ["Key", write],
  ["ExpressionAttributeValues", write],
  ["ExclusiveStartKey", write],
  ["RequestItems", (tables) => mapKeys(tables, toAttributes)],
]);

/** How to read the fields of answers that hold items. Others are unchanged. */
const known: ReadonlyMap<string, Translate> = new Map([
  ["Item", read],
  ["Items", readAll],
  ["LastEvaluatedKey", read],
  ["Responses", (tables) => mapTables(tables, readAll)],
  ["UnprocessedKeys", (tables) => mapKeys(tables, fromAttributes)],
]);

/** Makes the body of a request from the input for a document client. */
export function toBody(input: object): string {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input) as [string, unknown][]) {
    if (value === undefined) continue;
    const translate = written.get(name);
    fields[name] = translate === undefined ? value : translate(value);
  }
  return JSON.stringify(fields);
}

/**
 * Makes the output of a document client from the body of an answer.
 *
 * @returns `undefined` if the body is not a JSON object.
 */
export function fromBody(body: Uint8Array): Record<string, unknown> | undefined {
  const answer = parsed(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
  if (typeof answer !== "object" || answer === null) return undefined;
  const output: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(answer) as [string, unknown][]) {
    const translate = value === null ? undefined : known.get(name);
    output[name] = translate === undefined ? value : translate(value);
  }
  return output;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
