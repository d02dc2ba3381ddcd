import type { IndexRange } from "../driver/index-query.ts";
import type { IsBefore } from "./sorted-list.ts";

/** The place of a record in an order: by bytes, then by its key. */
export interface Place {
  /** The UTF-8 of the compared text, encoded once instead of at each comparison. */
  readonly bytes: Buffer;
  readonly key: string;
}

/** The place of a record that is ordered by a text. */
export function placeOf(text: string, key: string): Place {
  return { bytes: Buffer.from(text), key };
}

/** Compares two places. They are equal only if their keys are. */
export function comparePlaces(one: Place, other: Place): number {
  const order = Buffer.compare(one.bytes, other.bytes);
  if (order !== 0 || one.key === other.key) return order;
  // Text that is not well-formed has no UTF-8 of its own: two such keys could look equal.
  const byUnit = one.key < other.key ? -1 : 1;
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) || byUnit;
}

/** The bounds of a range: its places are before its end and not before its beginning. */
export interface Bounds {
  readonly isBeforeBeginning: IsBefore<Place>;
  readonly isBeforeEnd: IsBefore<Place>;
}

/** The bounds of a range within its partition. */
export function boundsOf({
  from,
  fromExclusive = false,
  to,
}: Pick<IndexRange, "from" | "fromExclusive" | "to">): Bounds {
  const first = from === undefined ? undefined : Buffer.from(from);
  const end = to === undefined ? undefined : Buffer.from(to);
  return {
    isBeforeBeginning: ({ bytes }) => {
      if (first === undefined) return false;
      const order = Buffer.compare(bytes, first);
      return order < 0 || (order === 0 && fromExclusive);
    },
    isBeforeEnd: ({ bytes }) => end === undefined || Buffer.compare(bytes, end) < 0,
  };
}
