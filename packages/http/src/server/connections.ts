import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";

/** How long no client may have connected before the server stops listening, in milliseconds. */
const calmTime = 20;
/** The same while clients have not come back that were asked to open another connection. */
const returnTime = 300;
/** How long a server waits for that at most, in milliseconds. */
const longestCalm = 1_000;
/**
 * How long a stopping server keeps a connection after it was opened or its last answer was sent, in
 * milliseconds. Its next request may be on the way and would be lost.
 */
const lingerTime = 200;

const connectionKey: unique symbol = Symbol("plinth.connection");

type CarriesConnection = Socket & { [connectionKey]?: Connection };

/** A connection of a client, and its requests that are not answered yet. */
export class Connection {
  readonly socket: Socket;
  /** In the order of the requests. A client may send several before it reads an answer. */
  readonly responses: ServerResponse[] = [];
  /** When the last request ended, by `performance.now()`. */
  quietSince: number = performance.now();

  constructor(socket: Socket) {
    this.socket = socket;
  }
}

/** Asks the client to send no further request on the connection of a response. */
function announceClose(response: ServerResponse | undefined): void {
  if (response?.headersSent === false) response.setHeader("connection", "close");
}

/**
 * Whether a plugin has taken a connection over, as for WebSocket: Node then removes its parser. The plugin
 * has to close such a connection.
 */
function isUpgraded(socket: Socket): boolean {
  return Reflect.get(socket, "parser") === null;
}

/**
 * The connections of a server, on all of its addresses, and whether they have a request in progress. Node
 * also counts half a header as busy, and an answered request whose body still arrives: a stopping server
 * would wait for clients that may never continue.
 */
export class Connections {
  readonly #open = new Set<Connection>();
  #isDraining = false;
  #isClosing = false;
  /** When a client last connected, or was last asked to reconnect. */
  #restlessAt = Number.NEGATIVE_INFINITY;
  /** How many clients were asked to open another connection and have not come back. */
  #away = 0;
  #watch: NodeJS.Timeout | undefined;

  /** The connection of a request; `undefined` for one that did not come by a socket. */
  static of(socket: CarriesConnection | null | undefined): Connection | undefined {
    return socket?.[connectionKey];
  }

  /** Follows a new connection to its end. */
  add(socket: CarriesConnection): void {
    const connection = new Connection(socket);
    this.#restlessAt = connection.quietSince;
    this.#away = Math.max(0, this.#away - 1);
    socket[connectionKey] = connection;
    this.#open.add(connection);
    socket.once("close", () => {
      this.#open.delete(connection);
      this.#unwatch();
      // Node closes the first response only; those behind it would never end.
      for (const response of connection.responses.slice()) {
        if (response.socket === null) response.emit("close");
      }
    });
    if (this.#isClosing) this.#closeWhenQuiet(connection);
  }

  /** Notes a request on a connection. */
  begin(connection: Connection, response: ServerResponse): void {
    const { responses } = connection;
    if (this.#isDraining) {
      // Only the last answer may announce it: answers behind it would be lost.
      const before = responses.at(-1);
      if (before?.headersSent === false) before.removeHeader("connection");
      announceClose(response);
    }
    responses.push(response);
  }

  /** Notes the end of a request, answered or not. */
  end(connection: Connection, response: ServerResponse): void {
    const { responses } = connection;
    if (responses.length === 1) responses.pop();
    else responses.splice(responses.indexOf(response), 1);
    connection.quietSince = performance.now();
    if (this.#isDraining && responses.length === 0) {
      this.#restlessAt = connection.quietSince;
      this.#away += 1;
    }
    if (this.#isClosing && responses.length === 0) this.#closeWhenQuiet(connection);
  }

  /**
   * From now on the last answer on each connection asks the client to open another one elsewhere.
   */
  drain(): void {
    this.#isDraining = true;
    for (const { responses } of this.#open) announceClose(responses.at(-1));
  }

  /**
   * Waits until no client is about to connect. When the server stops listening, connections that were not
   * accepted yet are reset, and their requests are lost. Meanwhile clients keep their connections: a client
   * that is asked to close its connection opens another one.
   */
  async calm(): Promise<void> {
    this.#isDraining = false;
    const end = performance.now() + longestCalm;
    for (;;) {
      const calmAt = this.#restlessAt + (this.#away > 0 ? returnTime : calmTime);
      const remaining = Math.min(calmAt, end) - performance.now();
      if (remaining <= 0) return;
      await delay(Math.min(remaining, calmTime));
      // One more turn accepts waiting connections: timers of a busy process are late.
      await nextTurn();
    }
  }

  /** Closes each connection as soon as no request is in progress on it. */
  close(): void {
    if (this.#isClosing) return;
    this.drain();
    this.#isClosing = true;
    this.#unwatch();
    for (const connection of this.#open) {
      if (connection.responses.length === 0) this.#closeWhenQuiet(connection);
    }
  }

  /** Closes all connections at once. */
  cut(): void {
    for (const { socket } of this.#open) socket.destroy();
  }

  /**
   * Cuts off clients that read nothing of an answer for a while.
   *
   * @param timeout in milliseconds
   */
  watchReaders(timeout: number): void {
    // A check at intervals costs a request nothing; a timer for each would.
    const look = (): void => {
      for (const connection of this.#open) this.#watchReader(connection, timeout);
    };
    this.#watch = setInterval(look, Math.ceil(timeout / 4)).unref();
  }

  /** Stops the checks once no connection is open and none can come. */
  #unwatch(): void {
    if (this.#isClosing && this.#open.size === 0) clearInterval(this.#watch);
  }

  #watchReader(connection: Connection, timeout: number): void {
    const { socket, responses } = connection;
    // Between requests, Node's keep-alive timeout runs.
    if (responses.length === 0) return;
    const isWriting = socket.writableLength > 0;
    const isTimed = socket.timeout === timeout;
    // The timer restarts when the client reads something. When it ends, Node closes the connection.
    if (isWriting && !isTimed) socket.setTimeout(timeout);
    else if (!isWriting && isTimed) socket.setTimeout(0);
  }

  #closeWhenQuiet(connection: Connection): void {
    const { quietSince, responses, socket } = connection;
    const closeIfQuiet = (): void => {
      if (responses.length === 0 && !isUpgraded(socket)) socket.destroy();
    };
    const remaining = quietSince + lingerTime - performance.now();
    // Arrived bytes are read first: timers of a busy process are late.
    setTimeout(() => setImmediate(closeIfQuiet), Math.max(0, remaining));
  }
}
