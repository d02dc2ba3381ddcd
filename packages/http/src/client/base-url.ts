import { DeclarationError } from "@plinth/core";

/** The parts of the address of a remote service. */
export interface BaseUrl {
  /** `http://things.internal:3000` */
  readonly origin: string;
  /** The path before the paths of the contract; empty for none. */
  readonly prefix: string;
}

/**
 * Reads the address of a remote service.
 *
 * @param service the service's name, for messages
 * @throws DeclarationError for anything but `http:` and `https:`, and for credentials, a query or a
 *   fragment. The message does not repeat the address, which may hold a password.
 */
export function parseBaseUrl(service: string, url: string | URL): BaseUrl {
  const refuse = (what: string): DeclarationError =>
    new DeclarationError(`The url of the remote service ${service} ${what}.`);
  if (!URL.canParse(String(url))) {
    throw refuse('is not a URL such as "http://127.0.0.1:3000"');
  }
  const parsed = new URL(url);
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw refuse(`must begin with http: or https:, not ${parsed.protocol}`);
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw refuse("must not hold credentials: give them as a header, with the option headers");
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    throw refuse("must end with the path: no query, no fragment");
  }
  return { origin: parsed.origin, prefix: parsed.pathname.replace(/\/+$/, "") };
}
