import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type { CountQuery, IndexPage, IndexQuery, IndexRange } from "../driver/index-query.ts";
import { notExpired } from "./expression.ts";
import { attributes, fromItem, indexAttributes, type Item } from "./item.ts";
import { indexName } from "./table-definition.ts";

/**
 * Translates a range. DynamoDB accepts one condition on the sort key, and only BETWEEN has two bounds, both
 * inclusive: items on an exclusive bound have to be left out afterwards.
 */
function toRangeRequest(table: string, range: IndexRange): QueryCommandInput {
  const names = indexAttributes(range.index);
  // No sort string is empty, and DynamoDB accepts no empty bound.
  const from = range.from === "" ? undefined : range.from;
  const { to } = range;
  const bound = sortCondition(from, to, range.fromExclusive ?? false);
  return {
    TableName: table,
    IndexName: indexName(range.index),
    KeyConditionExpression: `#partition = :partition${bound && ` AND ${bound}`}`,
    ExpressionAttributeNames: {
      "#partition": names.partition,
      ...(bound && { "#sort": names.sort }),
    },
    ExpressionAttributeValues: {
      ":partition": range.partition,
      ...(from !== undefined && { ":from": from }),
      ...(to !== undefined && { ":to": to }),
    },
  };
}

function sortCondition(
  from: string | undefined,
  to: string | undefined,
  fromExclusive: boolean,
): string {
  if (from !== undefined && to !== undefined) return "#sort BETWEEN :from AND :to";
  if (from !== undefined) return fromExclusive ? "#sort > :from" : "#sort >= :from";
  return to === undefined ? "" : "#sort < :to";
}

function isBetween({ from, to }: IndexRange): boolean {
  return from !== undefined && from !== "" && to !== undefined;
}

/** Translates a query. */
export function toQueryRequest(table: string, query: IndexQuery): QueryCommandInput {
  return {
    ...toRangeRequest(table, query),
    ScanIndexForward: query.order === "ascending",
    // One more if the first item may be on an exclusive bound: a page with nothing else would begin there
    // again, without end.
    Limit: query.limit + (isBetween(query) ? 1 : 0),
  };
}

/** Turns the answer to a query into a page. */
export function toIndexPage(
  query: IndexQuery,
  answer: { readonly Items?: Item[] | undefined; readonly LastEvaluatedKey?: Item | undefined },
  indexNames: readonly string[],
): IndexPage {
  const { sort } = indexAttributes(query.index);
  const { from, fromExclusive = false, to } = query;
  const inside = (answer.Items ?? []).filter(
    ({ [sort]: at }) => at !== to && !(fromExclusive && at === from),
  );
  const records = inside.slice(0, query.limit).map((item) => fromItem(item, indexNames));
  if (inside.length > query.limit) return { records, more: true };
  const position = answer.LastEvaluatedKey?.[sort];
  return {
    records,
    more: answer.LastEvaluatedKey !== undefined,
    ...(typeof position === "string" ? { position } : {}),
  };
}

/**
 * Translates a count into requests whose counts are added, each times its sign: items on an exclusive bound are
 * subtracted.
 */
export function toCountRequests(
  table: string,
  query: CountQuery,
  expires: boolean,
): readonly { readonly sign: 1 | -1; readonly request: QueryCommandInput }[] {
  const counted = (sign: 1 | -1, request: QueryCommandInput) =>
    ({ sign, request: countOnly(request, expires ? query.now : undefined) }) as const;
  const { from, fromExclusive = false, to } = query;
  const whole = counted(1, toRangeRequest(table, query));
  if (!from || to === undefined) return [whole];
  const at = (bound: string) => counted(-1, toPointRequest(table, query, bound));
  return fromExclusive ? [whole, at(from), at(to)] : [whole, at(to)];
}

function toPointRequest(table: string, range: IndexRange, sort: string): QueryCommandInput {
  const names = indexAttributes(range.index);
  return {
    TableName: table,
    IndexName: indexName(range.index),
    KeyConditionExpression: "#partition = :partition AND #sort = :sort",
    ExpressionAttributeNames: { "#partition": names.partition, "#sort": names.sort },
    ExpressionAttributeValues: { ":partition": range.partition, ":sort": sort },
  };
}

function countOnly(request: QueryCommandInput, now: number | undefined): QueryCommandInput {
  if (now === undefined) return { ...request, Select: "COUNT" };
  return {
    ...request,
    Select: "COUNT",
    FilterExpression: notExpired,
    ExpressionAttributeNames: {
      ...request.ExpressionAttributeNames,
      "#expiresAt": attributes.expiresAt,
    },
    ExpressionAttributeValues: { ...request.ExpressionAttributeValues, ":now": now },
  };
}
