import type { CheckAction } from "./transact-action.ts";
import type { WriteAction } from "./write-action.ts";

/** The key of the record that an action is about. */
export function keyOf(action: WriteAction | CheckAction): string {
  return action.kind === "set" ? action.record.key : action.key;
}
