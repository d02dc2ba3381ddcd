/** The part of a route that decides which methods a path has. */
export interface RoutePattern {
  readonly httpMethod: string;
  /** `/things/:thingId`, prefix included. */
  readonly path: string;
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split("/");
  const actual = path.split("/");
  return (
    expected.length === actual.length &&
    expected.every((segment, index) => segment.startsWith(":") || segment === actual[index])
  );
}

/**
 * The methods of a path, for the header `Allow`; none for an unknown path. `GET` implies `HEAD`, and any
 * method implies `OPTIONS`.
 *
 * @param path as returned by `routedPath`
 */
export function allowedMethods(routes: readonly RoutePattern[], path: string): string[] {
  const found = new Set<string>();
  for (const route of routes) {
    if (!matches(route.path, path)) continue;
    found.add(route.httpMethod);
    if (route.httpMethod === "GET") found.add("HEAD");
  }
  if (found.size > 0) found.add("OPTIONS");
  return [...found].toSorted();
}
