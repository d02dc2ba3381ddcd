import type { CheckAction } from "../driver/transact-action.ts";
import type { WriteAction, WriteCondition } from "../driver/write-action.ts";
import { type ExpressionParameters, notExpired } from "./expression.ts";
import { attributes } from "./item.ts";

/** The part of a write request that states its condition. */
export interface ConditionParameters extends ExpressionParameters {
  ConditionExpression?: string;
}

/**
 * Translates a condition; `none` needs nothing.
 *
 * @param expires whether records of the table may have expired. Where they cannot, the present is left
 *   out, so that the same write is the same request at any time.
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
 * Translates what an action demands: its condition, and for a set that nothing newer is stored.
 *
 * @param expires see {@link toConditionParameters}
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
