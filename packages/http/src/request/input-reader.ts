import { objectFields, validationError, type MethodDescription } from "@plinth/core";
import { malformedRequest, TransportFaultError } from "../problem/transport-fault.ts";
import { parseQuery, type Query } from "./query-string.ts";
import { queryConverter, textConverter, type TextConverter } from "./text-converter.ts";

/** The parts of a request that make up the input of a method. */
export interface RequestParts {
  readonly parameters: Readonly<Record<string, string>>;
  /** Query string without the "?". */
  readonly query: string;
  /** The parsed body; `undefined` without one. */
  readonly body: unknown;
  /** The revision of an `If-Match` header; `undefined` without one. */
  readonly ifMatch: string | undefined;
}

/** Builds the (unchecked) input of a method out of a request. */
export type InputReader = (parts: RequestParts) => unknown;

interface Fault {
  readonly code: "unrecognized_keys" | "custom";
  readonly path: readonly string[];
  readonly message: string;
  readonly keys?: readonly string[];
}

function unknownParameter(name: string): Fault {
  return { code: "unrecognized_keys", path: [], keys: [name], message: "" };
}

/** A field in the wrong place, where a right one of its own is reserved for it. */
function misplaced(name: string, ifMatch: string | undefined): Fault {
  const place = name === ifMatch ? "the header If-Match" : "the path";
  return { code: "custom", path: [name], message: `This field belongs in ${place} alone` };
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw validationError({ issues: faults }, "request");
}

function readQuery(text: string): Query {
  try {
    return parseQuery(text);
  } catch {
    throw new TransportFaultError(malformedRequest("The query holds malformed percent-encoding."));
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Prepares the reading of a method's input: path parameters by name; the revision from `If-Match`;
 * for GET and DELETE the other fields from the query, for the rest from the body. What stands in a place where it does not
 * belong is a fault, never ignored.
 */
export function createInputReader(method: MethodDescription): InputReader {
  const fields = objectFields(method.input) ?? {};
  const fromPath = method.pathParameters.map((name): [string, TextConverter] => {
    const field = fields[name];
    return [name, field === undefined ? (text) => text : textConverter(field)];
  });
  const { ifMatch } = method;
  const apart = new Set([...method.pathParameters, ...(ifMatch === undefined ? [] : [ifMatch])]);
  const withApart = (
    parts: RequestParts,
    input: Record<string, unknown>,
  ): Record<string, unknown> => {
    if (ifMatch !== undefined && parts.ifMatch !== undefined) input[ifMatch] = parts.ifMatch;
    for (const [name, convert] of fromPath) input[name] = convert(parts.parameters[name] ?? "");
    return input;
  };

  if (method.httpMethod === "GET" || method.httpMethod === "DELETE") {
    const converters = new Map(
      Object.entries(fields).map(([name, field]) => [name, queryConverter(field)]),
    );
    return (parts) => {
      if (parts.body !== undefined && parts.body !== null) {
        refuse([{ code: "custom", path: [], message: `${method.httpMethod} takes no body` }]);
      }
      const input: Record<string, unknown> = {};
      if (parts.query !== "") {
        const faults: Fault[] = [];
        for (const [name, values] of readQuery(parts.query)) {
          const convert = converters.get(name);
          if (convert === undefined) faults.push(unknownParameter(name));
          else if (apart.has(name)) faults.push(misplaced(name, ifMatch));
          else input[name] = convert(values);
        }
        refuse(faults);
      }
      return withApart(parts, input);
    };
  }

  return (parts) => {
    if (parts.query !== "") {
      refuse([...readQuery(parts.query).keys()].map((name) => unknownParameter(name)));
    }
    const { body } = parts;
    if (body === undefined) return withApart(parts, {});
    if (apart.size === 0 || !isObject(body)) return body;
    refuse(
      [...apart]
        .filter((name) => Object.hasOwn(body, name))
        .map((name) => misplaced(name, ifMatch)),
    );
    return withApart(parts, body);
  };
}
