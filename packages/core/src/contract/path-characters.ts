/** What stands in a URL as it is (RFC 3986). */
const segmentText: RegExp = /^[\w.~!$&'+,;=@-]*$/;

/**
 * Finds segments with characters that have to be escaped in a URL. Browsers escape them, other clients send
 * them as they are or refuse to, and a header `Location` cannot hold them.
 *
 * @param path of a method, or its location
 */
export function characterFaults(path: string): string[] {
  return path
    .split(/[/?#]/)
    .filter((segment) => !segment.startsWith(":") && !segmentText.test(segment))
    .map(
      (segment) =>
        `the path segment "${segment}" may hold only letters of ASCII, digits and .-_~!$&'+,;=@`,
    );
}
