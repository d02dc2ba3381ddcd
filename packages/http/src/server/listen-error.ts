import { presentable } from "@plinth/support/presentable";

/**
 * The server cannot listen on its host and port. Meant for people: the app prints the message alone.
 */
export class ListenError extends Error {
  override readonly name = "ListenError";

  static {
    presentable(this.prototype);
  }
}

/**
 * Makes the error for a failed `listen`, with advice.
 *
 * @param error the error of Node
 * @param host as configured
 * @param port as configured
 * @returns a `ListenError`, or the error itself if its code is not known
 */
export function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  const say = (message: string): ListenError => new ListenError(message, { cause: error });
  switch (code) {
    case "EADDRINUSE":
      return say(
        `Port ${port} on ${host} is already in use. Stop what uses it, or set PORT to another port (0 takes any free one).`,
      );
    case "EACCES":
      return say(
        `Port ${port} on ${host} may not be opened by this process. Set PORT to 1024 or above, or give the process the right.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return say(
        `${host} is not an address of this machine. Set HOST to one that is, such as 127.0.0.1 or 0.0.0.0.`,
      );
    default:
      return error;
  }
}
