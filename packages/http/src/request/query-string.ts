/** The parameters of a query string. A repeated name has all of its values. */
export type Query = ReadonlyMap<string, readonly string[]>;

const empty: Query = new Map();

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

/**
 * Reads a query string strictly. The result is a Map, because names come from outside: `__proto__` is a name
 * like any other.
 *
 * @param text the text after the "?"
 * @throws URIError for malformed percent-encoding
 */
export function parseQuery(text: string): Query {
  if (text === "") return empty;
  const query = new Map<string, string[]>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const separator = pair.indexOf("=");
    const name = decoded(separator < 0 ? pair : pair.slice(0, separator));
    const value = separator < 0 ? "" : decoded(pair.slice(separator + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

/** The path of a request target, and its query string without the "?". */
export function splitTarget(target: string): { path: string; query: string } {
  const fragment = target.indexOf("#");
  const withoutFragment = fragment < 0 ? target : target.slice(0, fragment);
  const mark = withoutFragment.indexOf("?");
  return mark < 0
    ? { path: withoutFragment, query: "" }
    : { path: withoutFragment.slice(0, mark), query: withoutFragment.slice(mark + 1) };
}
