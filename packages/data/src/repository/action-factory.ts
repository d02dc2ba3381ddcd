import {
  type ActionFactory,
  type ActionParts,
  type CheckedState,
  conditionOf,
  PreparedAction,
} from "./action.ts";
import type { RecordStore } from "./record-store.ts";

/** Makes a repository's factory of actions. */
export function actionFactory<T extends object, Key>(
  store: RecordStore<T, Key>,
): ActionFactory<T, Key> {
  const { codec } = store;
  const repository = store.definition.name;
  const ready = (): Promise<void> | undefined => store.ready();
  const prepare = (parts: ActionParts): PreparedAction =>
    new PreparedAction(parts, store.opened, ready);
  const set = (operation: string, given: T, condition: ActionParts["condition"]) => {
    const record = codec.encode(given);
    return prepare({ repository, operation, key: record.key, condition, record });
  };
  return {
    create: (record) => set("create", record, { kind: "absent" }),
    put: (record, options = {}) => set("put", record, conditionOf(options, "none")),
    replace: (record, options = {}) => set("replace", record, conditionOf(options, "present")),
    delete: (key, options = {}) =>
      prepare({
        repository,
        operation: "delete",
        key: codec.key(key),
        condition: conditionOf(options, "none"),
      }),
    check: (key, state) =>
      prepare({
        repository,
        operation: "check",
        key: codec.key(key),
        condition: checkedCondition(state),
      }),
  };
}

function checkedCondition(state: CheckedState): ActionParts["condition"] {
  return typeof state === "string" ? { kind: state } : conditionOf(state, "present");
}
