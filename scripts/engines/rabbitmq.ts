import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { EngineMissingError, type EngineDefinition } from "./engine.ts";
import { steadyPort } from "./steady-port.ts";

/**
 * Erlang's name service first, and as a child of the broker: left to itself, Erlang starts one that
 * serves the whole machine and outlives the broker. Then the broker, in the place of the shell.
 */
const start = `
epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" &
until epmd -port "$ERL_EPMD_PORT" -names >/dev/null 2>&1; do
  kill -0 "$!" 2>/dev/null || exit 1
  sleep 0.05
done
exec "$0"
`;

/** RabbitMQ with a node, ports and folders of its own. */
export const rabbitmq: EngineDefinition = {
  name: "rabbitmq",
  install:
    "RabbitMQ, version 3.10 or later (Debian: apt-get install --no-install-recommends rabbitmq-server)",
  async prepare({ dataFolder }) {
    const broker = await rabbitMqBroker(dataFolder);
    return {
      ...broker.launch,
      variables: { RABBITMQ_URL: broker.url },
      isReady: (signal) => broker.isReady(signal),
    };
  },
};

/** A broker that can be started, and started again, on the same ports and data. */
export interface RabbitMqBroker {
  /** With the name and the password of its only user. */
  readonly url: string;
  readonly launch: {
    readonly command: string;
    readonly arguments: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  };
  isReady(signal: AbortSignal): Promise<void>;
}

/**
 * Chooses ports and a password for a broker, and writes its configuration.
 *
 * @param folder Gets everything that it keeps.
 * @param settings Of its configuration file, besides ours or instead of them.
 * @throws {EngineMissingError} Where there is no RabbitMQ.
 */
export async function rabbitMqBroker(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RabbitMqBroker> {
  const program = findProgram();
  const [port, distribution, names] = [await steadyPort(), await steadyPort(), await steadyPort()];
  const password = randomBytes(16).toString("hex");
  const configuration = {
    "listeners.tcp.default": `127.0.0.1:${port}`,
    default_user: "plinth",
    default_pass: password,
    "log.console": "true",
    "log.console.level": "warning",
    "log.file": "false",
    // What it needs is little; what the machine has left is not our business.
    "disk_free_limit.absolute": "50MB",
    // Its default keeps up to half a gigabyte in memory before it writes segments.
    "raft.wal_max_size_bytes": "64000000",
    ...settings,
  };
  const lines = Object.entries(configuration).map(([name, value]) => `${name} = ${value}\n`);
  const file = join(folder, "rabbitmq.conf");
  await writeFile(file, lines.join(""), { mode: 0o600 });
  return {
    url: `amqp://plinth:${password}@127.0.0.1:${port}`,
    launch: {
      command: "/bin/sh",
      arguments: ["-c", start, program],
      environment: {
        RABBITMQ_NODENAME: `plinth-${port}@localhost`,
        RABBITMQ_DIST_PORT: String(distribution),
        ERL_EPMD_PORT: String(names),
        ERL_EPMD_ADDRESS: "127.0.0.1",
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
          "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        RABBITMQ_CONFIG_FILE: file,
        RABBITMQ_CONF_ENV_FILE: join(folder, "rabbitmq-env.conf"),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
        RABBITMQ_MNESIA_BASE: join(folder, "data"),
        RABBITMQ_LOG_BASE: join(folder, "logs"),
        RABBITMQ_LOGS: "-",
        // Its script waits beside the broker otherwise, and a signal for the one misses the other.
        RUNNING_UNDER_SYSTEMD: "true",
        // Gets the secret that Erlang's nodes share.
        HOME: folder,
      },
    },
    isReady: (signal) => greet(port, signal),
  };
}

/** Debian's program on the search path runs as another user and forgets where its log should go. */
function findProgram(): string {
  const folders = ["/usr/lib/rabbitmq/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  const found = folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "rabbitmq-server"))
    .find((program) => existsSync(program));
  if (found === undefined) throw new EngineMissingError('there is no program "rabbitmq-server"');
  return found;
}

/** The broker listens last of all, and begins its answer to the protocol's header with a 1. */
function greet(port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, signal });
    socket.once("connect", () => socket.write("AMQP\0\0\u0009\u0001"));
    socket.once("data", (answer) => {
      socket.destroy();
      if (answer[0] === 1) resolve();
      else reject(new Error("the answer is not the protocol's"));
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
  });
}
