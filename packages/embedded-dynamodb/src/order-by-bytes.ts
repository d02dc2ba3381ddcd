/** An attribute in wire form. */
type Value = Readonly<Record<string, unknown>>;
type Compare = (operator: string, value: Value | undefined, others: unknown) => boolean;

const ordering: ReadonlySet<string> = new Set("LE <= LT < GE >= GT > BETWEEN between".split(" "));

/**
 * Makes dynalite order text as DynamoDB does: by the bytes of its UTF-8. Its own comparison goes by
 * UTF-16, which has emoji before U+FFFF; it refuses or misses what lies between the two.
 *
 * @param database A copy of dynalite's module; it is changed.
 */
export function orderByBytes(database: { compare?: Compare }): void {
  const { compare } = database;
  if (compare === undefined) return;
  database.compare = (operator, value, others) => {
    const list: readonly unknown[] = Array.isArray(others) ? others : [others];
    return ordering.has(operator)
      ? compare(operator, inHexadecimal(value) as Value | undefined, list.map(inHexadecimal))
      : compare(operator, value, others);
  };
}

/** Text becomes the digits of its bytes, whose order is the same in every comparison. */
function inHexadecimal(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("S" in value)) return value;
  return typeof value.S === "string" ? { S: Buffer.from(value.S).toString("hex") } : value;
}
