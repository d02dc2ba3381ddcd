/** Runs a read that may throw, such as a getter or a trap of a proxy. */
export function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** Class tags of objects that work like maps, from the web platform and from Node. */
const mapTags: ReadonlySet<string> = new Set(["Headers", "URLSearchParams", "FormData"]);

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/**
 * The entries of a Map or of an object that works like one; `undefined` for other objects.
 */
export function entriesOf(
  value: object,
): { values(): Iterable<[unknown, unknown]>; size: number } | undefined {
  if (value instanceof Map) {
    return { values: () => value.entries(), size: value.size };
  }
  if (mapTags.has(tagOf(value))) {
    const entries = [...(value as Iterable<[unknown, unknown]>)];
    return { values: () => entries, size: entries.length };
  }
  return undefined;
}

/**
 * A short form for objects whose own fields are useless or too many; `undefined` for other objects. Bytes are
 * counted, never shown.
 *
 * @param value Any object but an array or an error.
 */
export function describeSpecial(value: object): { readonly shown: unknown } | undefined {
  if (value instanceof Date) {
    return { shown: Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString() };
  }
  if (ArrayBuffer.isView(value)) {
    return { shown: `[${tagOf(value)} of ${value.byteLength} bytes]` };
  }
  switch (tagOf(value)) {
    case "ArrayBuffer":
    case "SharedArrayBuffer":
      return { shown: `[${tagOf(value)} of ${(value as ArrayBuffer).byteLength} bytes]` };
    case "String":
    case "Number":
    case "Boolean":
      return boxed(value);
    case "BigInt":
    case "Symbol":
      return boxed(value);
    case "RegExp":
      return { shown: (value as RegExp).toString() };
    case "URL":
      return { shown: (value as URL).href };
    case "Promise":
    case "WeakMap":
    case "WeakSet":
    case "WeakRef":
      return { shown: `[${tagOf(value)}]` };
    default:
      return undefined;
  }
}

function boxed(value: object): { readonly shown: unknown } | undefined {
  const plain: unknown = value.valueOf();
  // A class may choose its tag: without this check, a class with the tag "String" would recurse.
  return typeof plain === "object" ? undefined : { shown: plain };
}
