const parameterPattern: RegExp = /:([A-Za-z_][A-Za-z0-9_]*)/g;
/** Characters that stand in a URL as they are (RFC 3986). */
const segmentText: RegExp = /^[\w.~!$&'+,;=@-]*$/;
/** Characters that browsers and proxies remove or replace. */
const unsafe = /[\s\\\p{Cc}]/u;

/** The names after `:` in a path, in order. */
export function pathParametersOf(path: string): string[] {
  return [...path.matchAll(parameterPattern)].map((match) => match[1] ?? "");
}

/** A path without the names of its parameters, to compare routes. */
export function routeShape(path: string): string {
  return path.replaceAll(parameterPattern, ":");
}

/** Checks the path of a route. */
export function pathFaults(path: string): string[] {
  const segments = path.split("/").slice(1);
  const faults = segments
    .filter((segment) => segment.includes(":") && !/^:[A-Za-z_][A-Za-z0-9_]*$/.test(segment))
    .map((segment) => `the path segment "${segment}" is neither fixed text nor one ":name"`);
  if (/[?#*()%\\]/.test(path) || (path !== "/" && segments.includes(""))) {
    faults.push(
      `the path "${path}" may hold only segments of text and ":name", none of them empty`,
    );
  }
  if (segments.includes(".") || segments.includes("..")) {
    faults.push(`the path "${path}" holds "." or "..", which is resolved on its way`);
  }
  const names = pathParametersOf(path);
  if (new Set(names).size < names.length) {
    faults.push(`the path "${path}" names a parameter twice`);
  }
  return faults;
}

/** Checks the fixed text of a location, which has to be a path of this host. */
export function locationPathFaults(location: string): string[] {
  const [path = ""] = location.split(/[?#]/, 1);
  const segments = path.split("/");
  const inner = segments.slice(1, -1);
  const isWrong =
    segments[0] !== "" ||
    segments.length < 2 ||
    inner.includes("") ||
    segments.some((segment) => segment === "." || segment === "..") ||
    unsafe.test(location);
  return isWrong
    ? [
        `the location "${location}" is not a path of this host: "/", and then segments, none of them ` +
          'empty, "." or ".."',
      ]
    : [];
}

/**
 * Finds segments with characters that have to be escaped in a URL. Browsers escape them, other clients do not
 * or refuse them, and a header `Location` cannot hold them.
 *
 * @param path The path of a method, or its location.
 */
export function characterFaults(path: string): string[] {
  return path
    .split(/[/?#]/)
    .filter((segment) => !segmentText.test(segment.replaceAll(parameterPattern, "")))
    .map(
      (segment) =>
        `the path segment "${segment}" may hold only letters of ASCII, digits and .-_~!$&'+,;=@`,
    );
}
