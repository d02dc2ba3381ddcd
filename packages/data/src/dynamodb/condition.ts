import type { WriteCondition } from "../driver/write-action.ts";
import { attributes, type Item } from "./item.ts";

/** The part of a write request that states its condition. */
export interface ConditionParameters {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/** Translates a condition; `none` needs nothing. */
export function toConditionParameters(condition: WriteCondition): ConditionParameters {
  if (condition.kind === "none") return {};
  if (condition.kind === "revision") {
    return {
      ConditionExpression: "#revision = :revision",
      ExpressionAttributeNames: { "#revision": attributes.revision },
      ExpressionAttributeValues: { ":revision": condition.revision },
    };
  }
  return {
    ConditionExpression:
      condition.kind === "absent" ? "attribute_not_exists(#key)" : "attribute_exists(#key)",
    ExpressionAttributeNames: { "#key": attributes.key },
  };
}
