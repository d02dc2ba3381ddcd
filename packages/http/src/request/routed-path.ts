import { splitTarget } from "./query-string.ts";

const absoluteForm: RegExp = /^https?:\/\/[^/?#]*/i;

/**
 * The path of a request target as the router understands it: without scheme and host, and with escapes
 * decoded, except for those of characters that separate (RFC 3986, reserved characters and `%`).
 *
 * @param target as it stood in the request line
 */
export function routedPath(target: string): string {
  const origin = target.startsWith("/") ? target : target.replace(absoluteForm, "");
  const { path } = splitTarget(origin);
  if (!path.includes("%")) return path === "" ? "/" : path;
  try {
    return decodeURI(path.replaceAll("%25", "%2525"));
  } catch {
    // The router has refused it as well.
    return path;
  }
}

/** A path with all but visible ASCII escaped, for logs and messages. */
export function printablePath(path: string): string {
  return path.toWellFormed().replaceAll(/[^!-~]+/g, encodeURIComponent);
}
