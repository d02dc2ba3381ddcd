import { isIP } from "node:net";
import { DeclarationError, type AppConfig } from "@plinth/core";
import { wholeNumberFault } from "@plinth/support/numbers";
import { maxTimerDelay } from "@plinth/support/race";
import type { HttpOptions, HttpServerOptions } from "./http-options.ts";
import type { ServiceBinding } from "./service-routes.ts";

const defaultHost = "127.0.0.1";
const defaultPort = 3_000;
const defaultDocs = "/docs";

const proxyNames: ReadonlySet<string> = new Set(["loopback", "linklocal", "uniquelocal"]);

function isProxy(text: string): boolean {
  if (proxyNames.has(text)) return true;
  const [address = "", length, ...rest] = text.split("/");
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (most === 0 || rest.length > 0) return false;
  // A range of length 0 is the whole internet: every client could choose its address.
  return length === undefined || (/^[1-9]\d{0,2}$/.test(length) && Number(length) <= most);
}

/** An origin as browsers send it. Apps have their own schemes, such as `capacitor://localhost`. */
function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(text)) return false;
  return !text.startsWith("http") || (URL.canParse(text) && new URL(text).origin === text);
}

/** Segments without escapes, as in contracts, but not `.` and `..`, which clients resolve. */
const pathPattern = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'+,;=@-]+)+$/;

/**
 * The faults of a path or of a prefix of paths.
 *
 * @param what the name of the option, for the message
 * @param path absent or empty for none
 */
function pathFaults(what: string, path: string | undefined): string[] {
  if (path === undefined || path === "" || pathPattern.test(path)) return [];
  return [
    `${what}: "${path}" must be a path such as "/api/v1", of letters, digits and .-_~!$&'+,;=@, without a slash at its end.`,
  ];
}

function each(
  what: string,
  values: unknown,
  isGood: (value: string) => boolean,
  expected: string,
): string[] {
  if (values === undefined) return [];
  if (!Array.isArray(values)) return [`${what} must be a list.`];
  return values
    .filter((value) => typeof value !== "string" || !isGood(value))
    .map((value) => `${what}: "${String(value)}" is not ${expected}.`);
}

/**
 * The faults of the options of a server. Some would show in production only: an origin with a slash at its
 * end allows no page, and a time that is not a number never passes.
 */
function settingFaults(
  options: Omit<HttpOptions, "serve">,
  services: readonly ServiceBinding[],
): string[] {
  const { cors, trustedProxies } = options;
  const numbers = [
    ["bodyLimit", "bytes", 1],
    ["headerLimit", "bytes", 1],
    ["requestTimeout", "milliseconds", 1],
    ["methodTimeout", "milliseconds", 1],
    ["writeTimeout", "milliseconds", 1],
    ["maxRequestsInFlight", "requests", 1],
    ["drainDelay", "milliseconds", 0],
  ] as const;
  const faults = numbers.flatMap(([name, unit, min]) => {
    const value: unknown = options[name];
    if (value === undefined) return [];
    return wholeNumberFault(name, value, { min, max: maxTimerDelay, unit }) ?? [];
  });
  if (cors !== undefined && cors.origins !== "*") {
    const expected = 'an origin such as "https://app.example", without a path';
    faults.push(...each("cors.origins", cors.origins, isOrigin, expected));
  }
  faults.push(
    ...pathFaults("prefix", options.prefix),
    ...services.flatMap(({ service, prefix }) =>
      // If the prefix of the server is wrong, those of all its services are.
      prefix === options.prefix ? [] : pathFaults(`prefix of ${service.name}`, prefix),
    ),
    ...pathFaults("openApi.path", options.openApi?.path),
    ...pathFaults("openApi.docs", options.openApi?.docs),
  );
  const expected = "an address, a range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal";
  return [...faults, ...each("trustedProxies", trustedProxies, isProxy, expected)];
}

/**
 * Checks the options of a server.
 *
 * @throws DeclarationError that lists all faults
 */
export function checkSettings(
  options: Omit<HttpOptions, "serve">,
  services: readonly ServiceBinding[],
): void {
  const faults = settingFaults(options, services);
  if (faults.length > 0) {
    throw new DeclarationError(
      `The HTTP server cannot work with its options:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
  }
}

function openApiOf(
  { openApi }: HttpOptions,
  serveDocs: boolean | undefined,
): HttpOptions["openApi"] {
  if (serveDocs === undefined) return openApi;
  if (serveDocs && openApi === undefined) {
    throw new DeclarationError(
      "The configuration says serveDocs, but the service has no document to show: give bindHttp the option openApi, with a title and a version.",
    );
  }
  if (openApi === undefined) return undefined;
  const { docs, ...document } = openApi;
  return serveDocs ? { ...document, docs: docs ?? defaultDocs } : document;
}

/** Merges the options of the code with the configuration, which wins. */
export function serverSettings(options: HttpOptions, config: AppConfig): HttpServerOptions {
  const { bodyLimit, headerLimit, requestTimeout, drainDelay, trustedProxies } = config;
  const { methodTimeout, writeTimeout, maxRequestsInFlight } = config;
  const { corsOrigins, serveDocs, host = defaultHost, port = defaultPort } = config;
  const openApi = openApiOf(options, serveDocs);
  const { openApi: _openApi, ...others } = options;
  const origins = corsOrigins?.length === 1 && corsOrigins[0] === "*" ? "*" : corsOrigins;
  return {
    ...others,
    ...(openApi === undefined ? {} : { openApi }),
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...(headerLimit === undefined ? {} : { headerLimit }),
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
    ...(methodTimeout === undefined ? {} : { methodTimeout }),
    ...(writeTimeout === undefined ? {} : { writeTimeout }),
    ...(maxRequestsInFlight === undefined ? {} : { maxRequestsInFlight }),
    ...(drainDelay === undefined ? {} : { drainDelay }),
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
    ...(origins === undefined ? {} : { cors: { ...options.cors, origins } }),
    host,
    port,
  };
}
