import type { MethodDefinition } from "./method.ts";
import { fieldOf, objectFields, scalarKinds } from "../schema/schema-shape.ts";

/** The name of a header (RFC 9110, "token"). */
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Names that cannot carry an input, by the reason; see also {@link takenBeginnings}. */
const taken: Readonly<Record<string, readonly string[]>> = {
  "belongs to the connection, and proxies remove it": [
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
  ],
  "says where and how the request itself travels": ["host", "expect", "date", "via", "forwarded"],
  "carries credentials, which are no input: see Authorizer": [
    "authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
  ],
  "is set by browsers, for themselves": ["origin", "referer", "dnt"],
  "is used by every call already": [
    "accept",
    "accept-encoding",
    "accept-charset",
    "x-request-id",
    "x-request-timeout-ms",
    "traceparent",
    "tracestate",
    "baggage",
  ],
};

const takenBeginnings: readonly (readonly [string, string])[] = [
  ["proxy-", "belongs to the connection, and proxies remove it"],
  ["x-forwarded-", "is set by proxies"],
  ["content-", "describes the body"],
  ["if-", "is a condition of HTTP: a revision travels by ifMatch"],
  ["sec-", "is set by browsers, for themselves"],
  ["access-control-", "is set by browsers, for themselves"],
  ["x-plinth-", "is used by Plinth itself"],
];

function whyTaken(header: string): string | undefined {
  const whole = Object.entries(taken).find(([, names]) => names.includes(header));
  return whole?.[0] ?? takenBeginnings.find(([beginning]) => header.startsWith(beginning))?.[1];
}

function nameFault(what: string, header: string): string | undefined {
  if (!namePattern.test(header)) return `${what} is no name of a header, such as "idempotency-key"`;
  const reason = whyTaken(header);
  return reason === undefined ? undefined : `${what} cannot carry an input: it ${reason}`;
}

function fieldFault(
  name: string,
  definition: MethodDefinition,
  pathParameters: readonly string[],
): string | undefined {
  const fields = objectFields(definition.input);
  if (fields === undefined) {
    return "the input must be a z.object, as some of its fields travel as headers";
  }
  const field = fieldOf(fields, name);
  if (field === undefined) return `headers: "${name}" is not a field of the input`;
  if (scalarKinds(field).size === 0) {
    return `headers: "${name}" must be a string, a number or a boolean`;
  }
  if (pathParameters.includes(name)) return `headers: "${name}" is a path parameter already`;
  return definition.ifMatch === name ? `headers: "${name}" travels as ifMatch already` : undefined;
}

/** The headers of a definition by field, with their names in lower case. */
export function headersOf(definition: MethodDefinition): Readonly<Record<string, string>> {
  const entries = Object.entries(definition.headers ?? {});
  return Object.freeze(
    Object.fromEntries(entries.map(([field, header]) => [field, header.toLowerCase()])),
  );
}

/** Checks the fields that travel as headers, and the names of these. */
export function headerFaults(
  definition: MethodDefinition,
  pathParameters: readonly string[],
): string[] {
  const faults = new Set<string>();
  const fieldByHeader = new Map<string, string>();
  for (const [field, header] of Object.entries(headersOf(definition))) {
    const other = fieldByHeader.get(header);
    const found = [
      fieldFault(field, definition, pathParameters),
      nameFault(`the header "${header}" of "${field}"`, header),
      other === undefined
        ? undefined
        : `"${other}" and "${field}" cannot share the header "${header}"`,
    ];
    for (const fault of found) if (fault !== undefined) faults.add(fault);
    fieldByHeader.set(header, field);
  }
  return [...faults];
}
