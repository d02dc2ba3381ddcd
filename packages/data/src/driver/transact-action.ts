import type { DriverCallOptions, DriverCollection } from "./driver-collection.ts";
import type { WriteAction, WriteCondition } from "./write-action.ts";

/** Writes nothing; the transaction applies only if the condition holds. */
export interface CheckAction {
  readonly kind: "check";
  readonly key: string;
  readonly condition: WriteCondition;
}

/** One action of a transaction, on a collection of the same driver. */
export interface TransactAction {
  readonly collection: DriverCollection;
  readonly action: WriteAction | CheckAction;
}

/** Options of a transaction. */
export interface TransactOptions extends DriverCallOptions {
  /**
   * Makes the transaction idempotent: 1 to 36 printable ASCII characters. For at least ten minutes after
   * it was applied, the same actions with the same token are answered with `applied`, and change nothing;
   * other actions with the same token are an error with the code `invalid_argument`. Absent: each call
   * is applied.
   */
  readonly token?: string | undefined;
  /**
   * Set with a token: 64 hexadecimal digits that identify the actions, apart from `now` and `hint` of
   * their conditions. The same actions also have the same revisions.
   */
  readonly tokenFingerprint?: string | undefined;
}

/**
 * How a transaction ended.
 *
 * - `applied: true`: all of it is stored.
 * - `applied: false`: nothing was changed. `failed` has the positions of actions whose condition did not
 *   hold: at least one, and all that the engine reports. `uncertain: true` means that the request may have
 *   been sent more than once, so that the first attempt may have been applied; the repository then reads
 *   and compares.
 */
export type TransactOutcome =
  | { readonly applied: true }
  | {
      readonly applied: false;
      readonly failed: readonly number[];
      readonly uncertain?: boolean | undefined;
    };
