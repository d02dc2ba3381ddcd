import { randomUUID } from "node:crypto";
import { destination, pino, type Logger } from "pino";

/** What a server of the comparison is started with. */
export interface ServerSettings {
  readonly server: string;
  /** The file that a line for each request goes to; absent: nothing is logged. */
  readonly logFile?: string;
}

/** What a server of the comparison is. */
export interface RunningServer {
  readonly port: number;
}

/** Starts one. */
export type StartServer = (settings: ServerSettings) => Promise<RunningServer>;

/** The logger of those that bring none of their own. Lines are written at once, as all others do. */
export function plainLogger(logFile: string): Logger {
  return pino({ base: { service: "things" } }, destination({ dest: logFile, sync: true }));
}

/** Everything that the line of a request says. */
export interface Access {
  readonly method: string;
  readonly route: string;
  readonly path: string;
  readonly status: number;
  /** In milliseconds. */
  readonly duration: number;
}

/** The message of that line. */
export function accessMessage({ method, route, status }: Access): string {
  return `${method} ${route} ${status}`;
}

/**
 * Writes the line of a request through a child that carries its id, as a service does that logs more
 * than this one line.
 */
export function logAccess(logger: Logger, access: Access): void {
  logger.child({ requestId: randomUUID() }).info(access, accessMessage(access));
}

/** The pattern of a path, where the router of a server does not tell. */
export function routeOf(path: string): string {
  return path.startsWith("/things/") ? "/things/:thingId" : path;
}
