import { randomUUID } from "node:crypto";

/**
 * The token for new identifiers. Ask it where a record gets its id: a test then binds a source whose
 * ids are known beforehand.
 *
 * Bound by `createApp` to random UUIDs.
 */
export abstract class Ids {
  /** An identifier that nothing else has: a UUID in lower case. */
  abstract next(): string;
}

/** Random UUIDs (version 4). */
export class RandomIds extends Ids {
  override next(): string {
    return randomUUID();
  }
}
