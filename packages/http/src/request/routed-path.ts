import { splitTarget } from "./query-string.ts";

const printable: RegExp = /^[!-~]*$/;
const absoluteForm: RegExp = /^https?:\/\/[^/?#]*/i;

/**
 * The path of a request target as the router understands it: without scheme and host, and decoded, except for
 * reserved characters (RFC 3986) and `%`.
 *
 * @param target as in the request line
 */
export function routedPath(target: string): string {
  const origin = target.startsWith("/") ? target : target.replace(absoluteForm, "");
  const { path } = splitTarget(origin);
  if (!path.includes("%")) return path === "" ? "/" : path;
  try {
    return decodeURI(path.replaceAll("%25", "%2525"));
  } catch {
    // The router has refused it too.
    return path;
  }
}

/** A path for logs and messages: everything but visible ASCII is escaped. */
export function printablePath(path: string): string {
  return printable.test(path)
    ? path
    : path.toWellFormed().replaceAll(/[^!-~]+/g, encodeURIComponent);
}
