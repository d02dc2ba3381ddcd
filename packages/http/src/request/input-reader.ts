import { validationError, type MethodDescription } from "@plinth/core";
import { objectFields } from "@plinth/core/transport";
import { malformedRequest, TransportFaultError } from "../problem/transport-fault.ts";
import { absentInput } from "./absent-input.ts";
import {
  createHeaderReader,
  type HeaderFault,
  type HeaderLines,
  type HeaderReader,
} from "./header-reader.ts";
import { parseQuery, type Query } from "./query-string.ts";
import { queryConverter, textConverter, type TextConverter } from "./text-converter.ts";

/** The parts of a request that become the input of a method. */
export interface RequestParts {
  readonly parameters: Readonly<Record<string, string>>;
  /** Query string without the "?". */
  readonly query: string;
  /** The parsed body; `undefined` without one. */
  readonly body: unknown;
  /** The revision of an `If-Match` header; `undefined` without one. */
  readonly ifMatch: string | undefined;
  /** Called only if the method takes fields from headers. */
  readonly headers: () => HeaderLines;
}

type Fields = Readonly<Record<string, MethodDescription["input"]>>;

/** Builds the (unchecked) input of a method from a request. */
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

/** The fields with their own place, and that place in words. */
function placesOf({
  headers,
  ifMatch,
  pathParameters,
}: MethodDescription): ReadonlyMap<string, string> {
  return new Map([
    ...pathParameters.map((name): [string, string] => [name, "the path"]),
    ...Object.entries(headers).map(([name, header]): [string, string] => [
      name,
      `the header ${header}`,
    ]),
    ...(ifMatch === undefined ? [] : [[ifMatch, "the header If-Match"] as const]),
  ]);
}

/** A field in the wrong place: it has its own. */
function misplaced(name: string, place: string): Fault {
  return { code: "custom", path: [name], message: `This field belongs in ${place} alone` };
}

function refuse(faults: readonly (Fault | HeaderFault)[]): void {
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

/** Fills in the fields with their own place. @throws InvalidArgumentError */
type PlaceReader = (parts: RequestParts, input: Record<string, unknown>) => Record<string, unknown>;

function createPlaceReader(method: MethodDescription, fields: Fields): PlaceReader {
  const { ifMatch } = method;
  const fromPath = method.pathParameters.map((name): [string, TextConverter] => {
    const field = fields[name];
    return [name, field === undefined ? (text) => text : textConverter(field)];
  });
  const readHeaders: HeaderReader | undefined =
    Object.keys(method.headers).length === 0 ? undefined : createHeaderReader(method);
  return (parts, input) => {
    if (ifMatch !== undefined && parts.ifMatch !== undefined) input[ifMatch] = parts.ifMatch;
    for (const [name, convert] of fromPath) input[name] = convert(parts.parameters[name] ?? "");
    if (readHeaders !== undefined) {
      const faults: HeaderFault[] = [];
      readHeaders(parts.headers(), input, faults);
      refuse(faults);
    }
    return input;
  };
}

/**
 * Prepares the reading of a method's input. Path parameters are read by name, and the revision (`If-Match`)
 * and other fields from headers if the contract says so. The other fields come from the query for GET and
 * DELETE, else from the body. Without a body the input is absent, or an object without fields. A field in the
 * wrong place is a fault, never ignored.
 */
export function createInputReader(method: MethodDescription): InputReader {
  const fields = objectFields(method.input) ?? {};
  const places = placesOf(method);
  const withPlaces = createPlaceReader(method, fields);

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
          const place = places.get(name);
          if (convert === undefined) faults.push(unknownParameter(name));
          else if (place !== undefined) faults.push(misplaced(name, place));
          else input[name] = convert(values);
        }
        refuse(faults);
      }
      return withPlaces(parts, input);
    };
  }

  const absent = absentInput(method);
  return (parts) => {
    if (parts.query !== "") {
      refuse([...readQuery(parts.query).keys()].map((name) => unknownParameter(name)));
    }
    const { body } = parts;
    if (body === undefined) return places.size === 0 ? absent() : withPlaces(parts, {});
    if (places.size === 0 || !isObject(body)) return body;
    refuse(
      [...places]
        .filter(([name]) => Object.hasOwn(body, name))
        .map(([name, place]) => misplaced(name, place)),
    );
    return withPlaces(parts, body);
  };
}
