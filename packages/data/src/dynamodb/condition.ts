import type { CheckAction } from "../driver/transact-action.ts";
import type { WriteAction, WriteCondition } from "../driver/write-action.ts";
import { type ExpressionParameters, notExpired } from "./expression.ts";
import { attributes } from "./item.ts";

/** The condition of a write request. */
export interface ConditionParameters extends ExpressionParameters {
  ConditionExpression?: string;
}

/**
 * Translates a condition. `none` needs no parameters.
 *
 * @param expires Whether records of the table can expire. If they cannot, the time is left out, so that the
 *   same write is the same request at any time.
 */
export function toConditionParameters(
  condition: WriteCondition,
  expires: boolean,
): ConditionParameters {
  if (condition.kind === "none") return {};
  const names: Record<string, string> =
    condition.kind === "revision"
      ? { "#revision": attributes.revision }
      : { "#key": attributes.key };
  const values = condition.kind === "revision" ? { ":revision": condition.revision } : undefined;
  const expression = expressions[condition.kind];
  if (!expires) {
    return {
      ConditionExpression: expression,
      ExpressionAttributeNames: names,
      ...(values && { ExpressionAttributeValues: values }),
    };
  }
  return {
    ConditionExpression:
      condition.kind === "absent"
        ? `${expression} OR #expiresAt <= :now`
        : `${expression} AND ${notExpired}`,
    ExpressionAttributeNames: { ...names, "#expiresAt": attributes.expiresAt },
    ExpressionAttributeValues: { ...values, ":now": condition.now },
  };
}

// A record of a newer version of the schema stays.
const notNewer = "(attribute_not_exists(#version) OR #version <= :version)";

/**
 * Translates the requirements of an action: its condition, and for a set, that no newer record is stored.
 *
 * @param expires See {@link toConditionParameters}.
 */
export function toDemand(action: WriteAction | CheckAction, expires: boolean): ConditionParameters {
  const parameters = toConditionParameters(action.condition, expires);
  if (action.kind !== "set" || action.condition.kind === "absent") return parameters;
  const { ConditionExpression: condition } = parameters;
  return {
    ConditionExpression: condition === undefined ? notNewer : `${condition} AND ${notNewer}`,
    ExpressionAttributeNames: {
      ...parameters.ExpressionAttributeNames,
      "#version": attributes.schemaVersion,
    },
    ExpressionAttributeValues: {
      ...parameters.ExpressionAttributeValues,
      ":version": action.record.schemaVersion,
    },
  };
}

const expressions = {
  absent: "attribute_not_exists(#key)",
  present: "attribute_exists(#key)",
  revision: "#revision = :revision",
} as const;
