import { keyOf } from "../driver/key-of.ts";
import type {
  TransactAction,
  TransactOptions,
  TransactOutcome,
} from "../driver/transact-action.ts";
import { qualify, tokenTable } from "./identifiers.ts";
import type { SqlClient, SqlDecision, SqlSession, Statement } from "./sql-client.ts";
import { statement, type Table } from "./table.ts";
import { TokenReuseError } from "./token-reuse-error.ts";
import { conditionHeld, type ConditionalCall, toTransactCall } from "./write-statements.ts";

/** How long tokens are remembered, in milliseconds. */
const tokenLife = 10 * 60 * 1000;

/** Looks up the table of a collection. Throws for collections of other drivers. */
export type TableLookup = (action: TransactAction) => Table;

/** Applies all of the actions or none. */
export async function transact(
  client: SqlClient,
  schema: string,
  actions: readonly TransactAction[],
  options: TransactOptions,
  lookUp: TableLookup,
): Promise<TransactOutcome> {
  const steps = inLockOrder(actions, lookUp);
  return client.transaction(async (session): Promise<SqlDecision<TransactOutcome>> => {
    const { token, tokenFingerprint = "" } = options;
    if (token !== undefined && !(await takeToken(session, schema, token, tokenFingerprint))) {
      return { commit: false, value: { applied: true } };
    }
    const failed: number[] = [];
    for (const { position, call } of steps) {
      const { count } = await session.query(call.statement, call.values);
      if (!conditionHeld(call, count)) failed.push(position);
      else if (call.after) await session.query(call.after.statement, call.after.values);
    }
    return failed.length === 0
      ? { commit: true, value: { applied: true } }
      : { commit: false, value: { applied: false, failed: failed.toSorted((a, b) => a - b) } };
  }, options);
}

interface Step {
  readonly position: number;
  readonly table: string;
  readonly key: string;
  readonly call: ConditionalCall;
}

/** All transactions lock records in the same order, so that there is no deadlock. */
function inLockOrder(actions: readonly TransactAction[], lookUp: TableLookup): readonly Step[] {
  return actions
    .flatMap((item, position): Step[] => {
      const table = lookUp(item);
      const call = toTransactCall(table, item.action);
      return call === undefined
        ? []
        : [{ position, table: table.name, key: keyOf(item.action), call }];
    })
    .toSorted((one, other) => compare(one.table, other.table) || compare(one.key, other.key));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Whether the token is new. Waits for an unfinished transaction with the same token. */
async function takeToken(
  session: SqlSession,
  schema: string,
  token: string,
  fingerprint: string,
): Promise<boolean> {
  const { take, look } = tokenStatements(schema);
  const { count } = await session.query(take, [token, fingerprint, tokenLife]);
  if (count > 0) return true;
  const { rows } = await session.query(look, [token]);
  if (rows[0]?.[0] !== fingerprint) throw new TokenReuseError();
  return false;
}

interface TokenStatements {
  readonly take: Statement;
  readonly look: Statement;
}

const tokenStatementsBySchema = new Map<string, TokenStatements>();

function tokenStatements(schema: string): TokenStatements {
  const known = tokenStatementsBySchema.get(schema);
  if (known !== undefined) return known;
  const table = qualify(schema, tokenTable);
  // The clock of the server, which is the same for all users of the token. Each new token deletes up to ten
  // expired ones: the table stays as small as ten minutes need.
  const now = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
  const made: TokenStatements = {
    take: statement(
      `with old as (delete from ${table} where token in (select token from ${table} where expires_at <= ${now} and token <> $1 order by expires_at limit 10 for update skip locked)) ` +
        `insert into ${table} as t (token, fingerprint, expires_at) values ($1, $2, ${now} + $3::bigint) ` +
        `on conflict (token) do update set fingerprint = excluded.fingerprint, expires_at = excluded.expires_at where t.expires_at <= ${now}`,
    ),
    look: statement(`select fingerprint from ${table} where token = $1`),
  };
  tokenStatementsBySchema.set(schema, made);
  return made;
}
