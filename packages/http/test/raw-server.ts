import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP server that answers as a test says, however wrong. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** The requests that arrived, head and body as one text, in the order of their arrival. */
  readonly requests: string[];
  /** Connections that were opened. */
  readonly connections: number;
  /** Settles when any connection has closed. */
  readonly closed: Promise<void>;
}

/** Whether the head is complete, and the body as long as its content-length says. */
function isComplete(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return text.length >= end + 4 + length;
}

/**
 * @param answer called for each complete request, with the number of requests before it
 */
export async function rawServer(
  answer: (socket: Socket, index: number) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  let close = (): void => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let text = "";
    socket.on("error", () => {});
    socket.on("close", () => close());
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (!isComplete(text)) return;
      requests.push(text);
      text = "";
      answer(socket, requests.length - 1);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    closed,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A whole answer; content-length and content-type are set unless the test says otherwise. */
export function httpAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const all = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Something\r\n${lines.join("")}\r\n${body}`;
}
