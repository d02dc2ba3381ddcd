import { DeclarationError } from "@plinth/core/errors";
import { presentable } from "@plinth/support/presentable";

/**
 * Checks the address of a server before the client library sees it: its own message would quote the
 * password. Throws a `DeclarationError`, which never quotes any of it.
 *
 * @param url `postgresql://user:password@host:port/database?sslmode=require`
 * @param origin The origin of the address, for the message.
 */
export function checkConnectionUrl(url: string, origin: string): void {
  const refuse = (reason: string): never => {
    throw presentable(
      new DeclarationError(
        `${origin} ${reason}; expected is postgresql://user:password@host:port/database.`,
      ),
    );
  };
  if (!/^postgres(ql)?:\/\//.test(url)) refuse("does not begin with postgresql://");
  if (!URL.canParse(url))
    refuse("is not a URL: are special characters of the password escaped, as %40 for @?");
  const { pathname, search, hash } = new URL(url);
  // A slash or a question mark in a password ends the host too early. The rest must not be taken for the name of
  // a database, which is shown.
  if (`${pathname}${search}${hash}`.includes("@")) {
    refuse(
      "has an @ behind the host: are special characters of the password escaped, as %2F for /?",
    );
  }
}

/** The address without user, password and parameters, for messages. */
export function shownUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgresql://${host}${pathname}`;
}
