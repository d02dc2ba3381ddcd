import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A proxy for TCP on this machine that cuts connections in the middle of a transfer. */
export class CuttingProxy implements AsyncDisposable {
  /** How many connections were cut. */
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts it on a free port, in front of a port of this machine. */
  static async start(host: string, port: number): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server);
    server.on("connection", (client) => proxy.#join(client, connect(port, host)));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  /** `127.0.0.1:port`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#sockets.size / 2;
  }

  /** Cuts one of the open connections, or all of them, without a word to either side. */
  cut(which: "one" | "all" = "one"): void {
    const sockets = [...this.#sockets];
    const chosen =
      which === "all"
        ? sockets
        : sockets.slice(Math.floor(Math.random() * sockets.length)).slice(0, 1);
    for (const socket of chosen) {
      this.cuts += 1;
      socket.resetAndDestroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    this.cut("all");
    await closed;
  }

  #join(client: Socket, engine: Socket): void {
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.pipe(other);
      // A cut shows as an error on the other side; closing is all there is to do about it.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
