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

function pathOnly(name: string): Fault {
  return { code: "custom", path: [name], message: "This field belongs in the path alone" };
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
 * Prepares the reading of a method's input: path parameters by name; for GET and DELETE the other
 * fields from the query, for the rest from the body. What stands in a place where it does not
 * belong is a fault, never ignored.
 */
export function createInputReader(method: MethodDescription): InputReader {
  const fields = objectFields(method.input) ?? {};
  const fromPath = method.pathParameters.map((name): [string, TextConverter] => {
    const field = fields[name];
    return [name, field === undefined ? (text) => text : textConverter(field)];
  });
  const withPath = (
    parts: RequestParts,
    input: Record<string, unknown>,
  ): Record<string, unknown> => {
    for (const [name, convert] of fromPath) input[name] = convert(parts.parameters[name] ?? "");
    return input;
  };

  if (method.httpMethod === "GET" || method.httpMethod === "DELETE") {
    const inPath = new Set(method.pathParameters);
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
          else if (inPath.has(name)) faults.push(pathOnly(name));
          else input[name] = convert(values);
        }
        refuse(faults);
      }
      return withPath(parts, input);
    };
  }

  return (parts) => {
    if (parts.query !== "") {
      refuse([...readQuery(parts.query).keys()].map((name) => unknownParameter(name)));
    }
    const { body } = parts;
    if (body === undefined) return withPath(parts, {});
    if (fromPath.length === 0 || !isObject(body)) return body;
    refuse(
      method.pathParameters
        .filter((name) => Object.hasOwn(body, name))
        .map((name) => pathOnly(name)),
    );
    return withPath(parts, body);
  };
}
