import type { WriteCondition } from "../driver/write-action.ts";
import { attributes } from "./item.ts";

/** The part of a write request that states its condition. */
export interface ConditionParameters {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, string>;
}

/** Translates a condition; `none` needs nothing. */
export function toConditionParameters(condition: WriteCondition): ConditionParameters {
  switch (condition.kind) {
    case "none":
      return {};
    case "absent":
      return {
        ConditionExpression: "attribute_not_exists(#key)",
        ExpressionAttributeNames: { "#key": attributes.key },
      };
    case "present":
      return {
        ConditionExpression: "attribute_exists(#key)",
        ExpressionAttributeNames: { "#key": attributes.key },
      };
    case "revision":
      return {
        ConditionExpression: "#revision = :revision",
        ExpressionAttributeNames: { "#revision": attributes.revision },
        ExpressionAttributeValues: { ":revision": condition.revision },
      };
  }
}
