import { connect, type Socket } from "node:net";

/** What the load generator is told. */
export interface LoadSettings {
  readonly port: number;
  readonly requests: readonly string[];
  /** The status that every answer must have. Absent: any that tells of success. */
  readonly status?: number;
  /** The status of each of the requests, where they differ. */
  readonly statuses?: readonly number[];
  /** How many requests to send in a second. Absent: the next one as soon as an answer is there. */
  readonly rate?: number;
  readonly connections: number;
  /** How long to go on; absent: until `count` answers have come. */
  readonly milliseconds?: number;
  readonly count?: number;
}

/** What the load generator saw. */
export interface LoadResult {
  readonly answers: number;
  readonly asked: number;
  /** In milliseconds. */
  readonly wall: number;
}

const headEnd = "\r\n\r\n";

/** How many characters an answer takes; 0 while it has not arrived whole. */
function answerLength(text: string): number {
  const end = text.indexOf(headEnd);
  if (end < 0) return 0;
  const head = text.slice(0, end).toLowerCase();
  const mark = head.indexOf("content-length: ");
  if (mark >= 0) {
    const length = end + headEnd.length + Number.parseInt(head.slice(mark + 16), 10);
    return text.length >= length ? length : 0;
  }
  if (!head.includes("transfer-encoding: chunked")) return end + headEnd.length;
  const last = text.indexOf("0\r\n\r\n", end + headEnd.length - 2);
  return last < 0 ? 0 : last + 5;
}

interface Connection {
  readonly socket: Socket;
  /** How the status of the next answer must begin. */
  expected: string;
}

/**
 * Sends one request after the other on each connection: the next as soon as the answer is there, or
 * at a steady rate. Where all connections wait, what is due waits with them.
 */
class Load {
  readonly #requests: readonly Buffer[];
  readonly #sockets: Socket[] = [];
  readonly #connections: Connection[] = [];
  #status = "";
  #next = 0;
  #answers = 0;
  #asked = 0;
  #limit = 0;
  #until = 0;
  #idle = 0;
  #statuses: readonly string[] = [];
  /** Requests in a millisecond; 0: as many as there are answers. */
  #pace = 0;
  #begun = 0;
  readonly #free: Connection[] = [];
  #finish: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor(requests: readonly string[]) {
    this.#requests = requests.map((request) => Buffer.from(request));
  }

  async open(port: number, connections: number): Promise<void> {
    for (let index = 0; index < connections; index += 1) {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.setEncoding("latin1");
      await new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("error", reject);
      });
      this.#listen(socket);
      this.#sockets.push(socket);
    }
  }

  #listen(socket: Socket): void {
    let text = "";
    const connection: Connection = { socket, expected: "" };
    this.#connections.push(connection);
    socket.on("data", (chunk: string) => {
      text = text === "" ? chunk : text + chunk;
      const length = answerLength(text);
      if (length === 0) return;
      if (!text.startsWith(connection.expected, 9)) {
        this.#fail?.(new Error(`Not a ${connection.expected}: ${text.slice(0, 400)}`));
        return;
      }
      text = text.slice(length);
      this.#answers += 1;
      this.#send(connection);
    });
    socket.on("error", (error) => this.#fail?.(error));
    socket.on("close", () => this.#fail?.(new Error("The server closed a connection.")));
  }

  #send(connection: Connection): void {
    const now = performance.now();
    if (this.#asked >= this.#limit || now >= this.#until) {
      this.#idle += 1;
      if (this.#idle === this.#sockets.length) this.#finish?.();
      return;
    }
    if (this.#pace > 0 && this.#asked >= (now - this.#begun) * this.#pace) {
      this.#free.push(connection);
      return;
    }
    this.#asked += 1;
    this.#next = (this.#next + 1) % this.#requests.length;
    connection.expected = this.#statuses[this.#next] ?? this.#status;
    connection.socket.write(this.#requests[this.#next] ?? "");
  }

  /** Sends what has become due. */
  #tick(): void {
    // Those that are not due yet come back to the end of the list.
    for (const connection of this.#free.splice(0)) this.#send(connection);
  }

  async run({ status, statuses = [], rate = 0, ...rest }: LoadSettings): Promise<LoadResult> {
    const { milliseconds, count } = rest;
    const begun = performance.now();
    this.#begun = begun;
    this.#pace = rate / 1_000;
    this.#status = String(status ?? 2);
    this.#statuses = statuses.map(String);
    this.#free.length = 0;
    this.#answers = 0;
    this.#asked = 0;
    this.#idle = 0;
    this.#limit = count ?? Number.POSITIVE_INFINITY;
    this.#until = begun + (milliseconds ?? Number.POSITIVE_INFINITY);
    const isPaced = this.#pace > 0;
    const ticks = isPaced ? setInterval(() => this.#tick(), 1) : undefined;
    let isRunning = !isPaced;
    // Never asleep: else the server pays for waking it up, the more often the slower the server is.
    const stayAwake = (): void => {
      if (isRunning) setImmediate(stayAwake);
    };
    stayAwake();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = resolve;
        this.#fail = reject;
        for (const connection of this.#connections) this.#send(connection);
      });
    } finally {
      isRunning = false;
      clearInterval(ticks);
    }
    return { answers: this.#answers, asked: this.#asked, wall: performance.now() - begun };
  }

  close(): void {
    this.#fail = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }
}

let current: { readonly load: Load; readonly settings: LoadSettings } | undefined;

/** The load generator, in a process of its own. Connections are opened outside of what is measured. */
export function worker(): object {
  return {
    open: async (settings: LoadSettings) => {
      current?.load.close();
      const load = new Load(settings.requests);
      current = { load, settings };
      await load.open(settings.port, settings.connections);
    },
    /** Runs with what it was opened with, but for what is given now. */
    run: (other: Partial<LoadSettings> = {}) => {
      if (current === undefined) throw new Error("No connection is open.");
      return current.load.run({ ...current.settings, ...other });
    },
    close: () => {
      current?.load.close();
      current = undefined;
    },
  };
}
