import type { CheckAction } from "../driver/transact-action.ts";
import type { WriteAction, WriteCondition } from "../driver/write-action.ts";
import { toRow } from "./record-row.ts";
import type { SqlValue, Statement } from "./sql-client.ts";
import { statement, type Table } from "./table.ts";

/** A statement with its values. */
export interface Call {
  readonly statement: Statement;
  readonly values: readonly SqlValue[];
}

/** The calls of an action. The count of the first one tells whether the condition held. */
export interface ConditionalCall extends Call {
  /** When the condition held, by the count of the first call. `always`: there is no condition. */
  readonly holds: "when-rows" | "when-none" | "always";
  /** A second call, if the condition held. */
  readonly after?: Call;
}

type Build = (table: Table) => Statement;

const live = (now: string): string => `(expires_at is null or expires_at > ${now})`;

const insert = ({ name, columns }: Table): string =>
  `insert into ${name} as t (${columns.join(", ")}) values (${columns.map((_, n) => `$${n + 1}`).join(", ")}) on conflict (key) do update set ${columns
    .slice(1)
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")}`;

// $1 is the key, in all of them.
const change = ({ name, columns }: Table): string =>
  `update ${name} set ${columns
    .slice(1)
    .map((column, n) => `${column} = $${n + 2}`)
    .join(", ")} where key = $1`;

const more = ({ columns }: Table, n: number): string => `$${columns.length + n}`;

// A record of a newer schema version is kept: $3 is the version of the record to store.
const setNone: Build = memoized((table) => `${insert(table)} where t.schema_version <= $3`);
const setAbsent: Build = memoized(
  (table) => `${insert(table)} where t.expires_at <= ${more(table, 1)}`,
);
const setPresent: Build = memoized(
  (table) => `${change(table)} and ${live(more(table, 1))} and schema_version <= $3`,
);
const setRevision: Build = memoized(
  (table) =>
    `${change(table)} and ${live(more(table, 1))} and schema_version <= $3 and revision = ${more(table, 2)}`,
);
const removeNone: Build = memoized(({ name }) => `delete from ${name} where key = $1`);
const removePresent: Build = memoized(
  ({ name }) => `delete from ${name} where key = $1 and ${live("$2")}`,
);
const removeRevision: Build = memoized(
  ({ name }) => `delete from ${name} where key = $1 and ${live("$2")} and revision = $3`,
);
const find: Build = memoized(
  ({ name }) => `select 1 from ${name} where key = $1 and ${live("$2")}`,
);
const holdPresent: Build = memoized(
  ({ name }) => `select 1 from ${name} where key = $1 and ${live("$2")} for update`,
);
const holdRevision: Build = memoized(
  ({ name }) =>
    `select 1 from ${name} where key = $1 and ${live("$2")} and revision = $3 for update`,
);
const holdAbsent: Build = memoized(
  ({ name }) =>
    `insert into ${name} as t (key, revision, schema_version, data) values ($1, '', 0, '{}') on conflict (key) do update set revision = t.revision where t.expires_at <= $2`,
);

/** Translates a single write. */
export function toWriteCall(table: Table, action: WriteAction): ConditionalCall {
  if (action.kind === "set") return toSetCall(table, action.condition, toRow(table, action.record));
  const { key, condition } = action;
  if (condition.kind === "absent") {
    return { statement: find(table), values: [key, condition.now], holds: "when-none" };
  }
  return toRemoveCall(table, key, condition);
}

/**
 * Translates an action of a transaction, so that its condition holds until the end. `undefined` if there is
 * nothing to do.
 */
export function toTransactCall(
  table: Table,
  action: WriteAction | CheckAction,
): ConditionalCall | undefined {
  if (action.kind === "set") return toSetCall(table, action.condition, toRow(table, action.record));
  const { kind, key, condition } = action;
  if (condition.kind === "absent") {
    // An absent record cannot be locked. Inserting a placeholder, which is removed before it is visible, makes
    // other creators of the record wait for the end of the transaction.
    return {
      statement: holdAbsent(table),
      values: [key, condition.now],
      holds: "when-rows",
      after: { statement: removeNone(table), values: [key] },
    };
  }
  if (kind === "remove") return toRemoveCall(table, key, condition);
  if (condition.kind === "none") return undefined;
  const { now } = condition;
  return condition.kind === "present"
    ? { statement: holdPresent(table), values: [key, now], holds: "when-rows" }
    : {
        statement: holdRevision(table),
        values: [key, now, condition.revision],
        holds: "when-rows",
      };
}

function toSetCall(
  table: Table,
  condition: WriteCondition,
  row: readonly SqlValue[],
): ConditionalCall {
  switch (condition.kind) {
    case "none":
      return { statement: setNone(table), values: row, holds: "when-rows" };
    case "absent":
      return { statement: setAbsent(table), values: [...row, condition.now], holds: "when-rows" };
    case "present":
      return { statement: setPresent(table), values: [...row, condition.now], holds: "when-rows" };
    case "revision":
      return {
        statement: setRevision(table),
        values: [...row, condition.now, condition.revision],
        holds: "when-rows",
      };
  }
}

function toRemoveCall(
  table: Table,
  key: string,
  condition: Exclude<WriteCondition, { kind: "absent" }>,
): ConditionalCall {
  if (condition.kind === "none") {
    return { statement: removeNone(table), values: [key], holds: "always" };
  }
  const { now } = condition;
  return condition.kind === "present"
    ? { statement: removePresent(table), values: [key, now], holds: "when-rows" }
    : {
        statement: removeRevision(table),
        values: [key, now, condition.revision],
        holds: "when-rows",
      };
}

/** Whether the condition of a call held, by the count of its answer. */
export function conditionHeld({ holds }: ConditionalCall, count: number): boolean {
  if (holds === "always") return true;
  return count > 0 === (holds === "when-rows");
}

// Text and hash of a statement are made once for each table.
function memoized(text: (table: Table) => string): Build {
  const known = new WeakMap<Table, Statement>();
  return (table) => {
    const made = known.get(table) ?? statement(text(table));
    known.set(table, made);
    return made;
  };
}
