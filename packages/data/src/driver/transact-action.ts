import type { DriverCallOptions, DriverCollection } from "./driver-collection.ts";
import type { WriteAction, WriteCondition } from "./write-action.ts";

/** Writes nothing; the transaction applies only if the condition holds. */
export interface CheckAction {
  readonly kind: "check";
  readonly key: string;
  readonly condition: WriteCondition;
}

/** One action of a transaction, on a collection that the driver itself made. */
export interface TransactAction {
  readonly collection: DriverCollection;
  readonly action: WriteAction | CheckAction;
}

/** What goes along with a transaction. */
export interface TransactOptions extends DriverCallOptions {
  /**
   * Names the transaction: 1 to 36 printable ASCII characters. Once applied, the same actions under the
   * same token are answered with `applied` for at least ten minutes, and change nothing; other actions
   * under the same token are an error whose code is `invalid_argument`. Absent: each call counts.
   */
  readonly token?: string | undefined;
  /**
   * Comes with a token, and says whether the actions are the same: 64 hexadecimal digits over all
   * but `now` and `hint` of the conditions. The same actions come with the same revisions as well.
   */
  readonly tokenFingerprint?: string | undefined;
}

/**
 * How a transaction ended.
 *
 * - `applied: true`: all of it is stored durably.
 * - `applied: false`: nothing was changed. `failed` has the positions of the actions whose condition
 *   did not hold: one at least, and all that the engine tells. `uncertain: true` says that the request
 *   went out more than once, so that the change may be our own; the repository then reads and compares.
 */
export type TransactOutcome =
  | { readonly applied: true }
  | {
      readonly applied: false;
      readonly failed: readonly number[];
      readonly uncertain?: boolean | undefined;
    };
