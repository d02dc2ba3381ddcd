import type { Driver } from "../driver/driver.ts";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { CursorSeal } from "./cursor.ts";
import type { ReadBatcher } from "./read-batcher.ts";
import type { RetryPolicy } from "./retry.ts";

/** Lets writers of one key go one after the other in this process: the `Turns` of our support package. */
interface KeyTurns {
  isInside(key: string): boolean;
  take<R>(
    keys: readonly string[],
    body: () => Promise<R>,
    wait?: (before: Promise<unknown>) => Promise<unknown>,
  ): Promise<R>;
}

/** A collection that a repository works on. All repositories of one declaration share it. */
export interface OpenCollection {
  /** The table or collection. */
  readonly name: string;
  readonly driver: Driver;
  readonly collection: DriverCollection;
  readonly reads: ReadBatcher;
  readonly policy: RetryPolicy;
  readonly cursors: CursorSeal;
  readonly turns: KeyTurns;
  /** Whether the database creates what is missing. */
  readonly ensureSchema: boolean;
  /** Whether the database otherwise checks that all is there. */
  readonly checkSchema: boolean;
}
