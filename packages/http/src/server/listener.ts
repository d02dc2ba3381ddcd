import { randomUUID } from "node:crypto";
import dns from "node:dns";
import { Server, type RequestListener, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { problemType, transportProblem } from "../problem/problem.ts";
import { expectationFailed } from "../problem/transport-fault.ts";
import type { Connections } from "./connections.ts";

const refuseExpectation: RequestListener = (_request, response) => {
  const problem = transportProblem(expectationFailed, randomUUID());
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    "content-type": problemType,
    "content-length": Buffer.byteLength(body),
    "x-request-id": problem.requestId,
    connection: "close",
  });
  response.end(body);
};

/**
 * Node's HTTP server, whose connections end as {@link Connections} decides, with a problem document for
 * expectations that it cannot meet. It listens on one address. Other addresses of the same host have
 * listeners of their own, which close with it.
 */
export class Listener extends Server {
  readonly #options: ServerOptions;
  readonly #handler: RequestListener;
  readonly #connections: Connections;
  readonly #others: Listener[] = [];

  /** @param handler answers the requests */
  constructor(options: ServerOptions, handler: RequestListener, connections: Connections) {
    super(options, handler);
    this.#options = options;
    this.#handler = handler;
    this.#connections = connections;
    this.on("connection", (socket) => connections.add(socket));
    this.on("checkExpectation", refuseExpectation);
  }

  /** Also listens on the other addresses of a host that this machine has. */
  async listenOnOthers(host: string): Promise<void> {
    const { address: first, port } = this.address() as AddressInfo;
    for (const address of await addressesOf(host)) {
      if (address === first) continue;
      const other = new Listener(this.#options, this.#handler, this.#connections);
      for (const event of ["clientError", "upgrade"]) {
        // A listener for upgrades tells Node that the server can upgrade.
        if (this.listenerCount(event) === 0) continue;
        other.on(event, (...given: unknown[]) => this.emit(event, ...given));
      }
      if (await canListen(other, address, port)) this.#others.push(other);
    }
  }

  /** Called at the end by Fastify and Node. Node itself would count half a request as busy. */
  override closeIdleConnections(): void {
    this.#connections.close();
  }

  override close(callback?: (error?: Error) => void): this {
    const others = this.#others.splice(0);
    let open = others.length + 1;
    let failure: Error | undefined;
    const onClosed = (error?: Error): void => {
      failure ??= error;
      open -= 1;
      if (open === 0) callback?.(failure);
    };
    for (const other of others) other.close(onClosed);
    return super.close(onClosed);
  }
}

/** Each address of a host once; none if the lookup fails. */
function addressesOf(host: string): Promise<ReadonlySet<string>> {
  return new Promise((resolve) => {
    dns.lookup(host, { all: true }, (error, found) => {
      resolve(new Set(error === null ? found.map(({ address }) => address) : []));
    });
  });
}

/** Skips an address that this machine does not have, or that another process uses. */
function canListen(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ host, port }, () => resolve(true));
  });
}
