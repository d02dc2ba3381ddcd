import { isIPv4 } from "node:net";

/** Variables that platforms set in their containers. */
const containerVariables = [
  "KUBERNETES_SERVICE_HOST",
  "K_SERVICE",
  "ECS_CONTAINER_METADATA_URI_V4",
];

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/**
 * The warning for a server that only its own container can reach.
 *
 * @returns `undefined` if nothing is wrong
 */
export function loopbackInContainer(
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const variable = containerVariables.find((name) => environment[name]);
  if (variable === undefined || !isLoopback(host)) return undefined;
  return `HOST is ${host}, so only this container can reach the server, and ${variable} says that it runs in one. Set HOST=0.0.0.0.`;
}
