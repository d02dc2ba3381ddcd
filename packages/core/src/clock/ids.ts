import { randomUUID } from "node:crypto";

/**
 * New identifiers, as a token. Use it for the ids of new records: a test can then bind a source of known ids.
 *
 * `createApp` binds it to random UUIDs.
 */
export abstract class Ids {
  /** Returns a new, unique identifier: a UUID in lower case. */
  abstract next(): string;
}

/** Random UUIDs (version 4). */
export class RandomIds extends Ids {
  override next(): string {
    return randomUUID();
  }
}
