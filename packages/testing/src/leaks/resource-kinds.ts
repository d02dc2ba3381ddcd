/** A resource as async_hooks reports it; its members depend on its kind. */
export interface TrackedResource {
  hasRef?(): boolean;
  getsockname?(out: SocketName): unknown;
  getpeername?(out: SocketName): unknown;
  readonly pid?: number;
  readonly _repeat?: number | null;
  readonly _idleTimeout?: number;
}

interface SocketName {
  address?: string;
  port?: number;
}

interface ResourceKind {
  /** Its kind and address, for a message. */
  describe(resource: TrackedResource): string;
  /** Whether an unreferenced one is an idle connection, such as that of a pool. */
  readonly connection?: true;
}

/**
 * The kinds of resources, by their type in async_hooks. Other types keep nothing open. Files are not
 * listed, because Node does not report where they were opened.
 */
export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  Timeout: {
    describe: ({ _repeat, _idleTimeout = 0 }) =>
      `a timer (${_repeat === null || _repeat === undefined ? "setTimeout" : "setInterval"}, ${_idleTimeout} ms)`,
  },
  TCPSERVERWRAP: { describe: (handle) => `a listening server${addressOf(handle, "getsockname")}` },
  PIPESERVERWRAP: { describe: () => "a listening server on a local socket" },
  TCPWRAP: {
    describe: (handle) => `a connection${addressOf(handle, "getpeername")}`,
    connection: true,
  },
  PIPEWRAP: { describe: () => "a pipe or a connection to a local socket", connection: true },
  UDPWRAP: { describe: (handle) => `a UDP socket${addressOf(handle, "getsockname")}` },
  PROCESSWRAP: { describe: ({ pid }) => `a child process (pid ${pid ?? "unknown"})` },
  FSEVENTWRAP: { describe: () => "a file watcher (fs.watch)" },
  STATWATCHER: { describe: () => "a file watcher (fs.watchFile)" },
  WORKER: { describe: () => "a worker thread" },
  MESSAGEPORT: { describe: () => "a message port" },
};

function addressOf(handle: TrackedResource, method: "getsockname" | "getpeername"): string {
  const name: SocketName = {};
  handle[method]?.(name);
  if (name.address === undefined) return "";
  const host = name.address.includes(":") ? `[${name.address}]` : name.address;
  return ` ${method === "getsockname" ? "on" : "to"} ${host}:${name.port}`;
}
