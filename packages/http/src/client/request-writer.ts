import {
  validationError,
  type ContractDescription,
  type FieldError,
  type MethodDescription,
} from "@plinth/core";
import { arrayElement, objectFields, scalarKinds, type ScalarKind } from "@plinth/core/transport";
import { entityTag } from "../request/entity-tag.ts";
import { headerText } from "../request/header-reader.ts";

/** The input of a method, as it is sent. */
export interface WrittenRequest {
  /** Path and query. */
  readonly target: string;
  /** JSON; `undefined` for none. */
  readonly body: string | undefined;
  /** The revision that the caller has read, as a strong tag; `undefined` for none. */
  readonly ifMatch: string | undefined;
  /** The fields that travel as headers, by the name of the header; `undefined` for absent ones. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Writes a (checked) input: the inverse of the input reader of the server. */
export type RequestWriter = (input: unknown) => WrittenRequest;

type Fields = Readonly<Record<string, unknown>>;
type Fault = Pick<FieldError, "message" | "code"> & { readonly path: readonly PropertyKey[] };

/**
 * The types of the fields that travel as text, and the fields that are not part of query and body.
 */
interface Kinds {
  readonly byField: ReadonlyMap<string, ReadonlySet<ScalarKind>>;
  readonly apart: ReadonlySet<string>;
}

const none: ReadonlySet<ScalarKind> = new Set();

function kindsOf(method: MethodDescription): Kinds["byField"] {
  const fields = Object.entries(objectFields(method.input) ?? {});
  return new Map(fields.map(([name, field]) => [name, scalarKinds(arrayElement(field) ?? field)]));
}

/** Reads a field, whose name may be one that all objects have. */
function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function fault(path: readonly PropertyKey[], message: string): Fault {
  return { code: "custom", path, message };
}

/**
 * A scalar as text. A value that would arrive as another one is a fault: an error is better than a call with
 * another meaning.
 *
 * @param kinds the types that the field accepts; if it accepts text, the receiver gets text
 * @param place where the text goes, in words
 */
function scalarText(
  value: unknown,
  path: readonly PropertyKey[],
  kinds: ReadonlySet<ScalarKind>,
  place: string,
  faults: Fault[],
): string {
  const type = typeof value;
  if (type !== "string" && type !== "number" && type !== "boolean") {
    faults.push(fault(path, `This value cannot be sent in a ${place}`));
    return "";
  }
  if (type !== "string" && (kinds.has("string") || kinds.size === 0)) {
    faults.push(fault(path, `A ${type} for a field that accepts text would arrive as text`));
  }
  return String(value);
}

function encoded(
  value: unknown,
  path: readonly PropertyKey[],
  kinds: ReadonlySet<ScalarKind>,
  faults: Fault[],
): string {
  const text = scalarText(value, path, kinds, "URL", faults);
  if (text.isWellFormed()) return encodeURIComponent(text);
  faults.push(fault(path, "Half a character cannot be sent in a URL"));
  return "";
}

/**
 * A segment of a path, which has to arrive unchanged: proxies remove empty segments and resolve dots.
 */
function pathSegment(
  value: unknown,
  name: string,
  kinds: ReadonlySet<ScalarKind>,
  faults: Fault[],
): string {
  const found = faults.length;
  const text = encoded(value, [name], kinds, faults);
  if (faults.length === found && /^\.{0,2}$/.test(text)) {
    const what = text === "" ? "An empty text" : `"${text}"`;
    faults.push(fault([name], `${what} cannot be sent in a path`));
  }
  return text;
}

function writeQuery(fields: Fields, kinds: Kinds, faults: Fault[]): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const accepted = kinds.byField.get(name);
    if (kinds.apart.has(name) || value === undefined) continue;
    const key = encodeURIComponent(name.toWellFormed());
    const isList = Array.isArray(value);
    const values: readonly unknown[] = isList ? value : [value];
    if (values.length === 0) faults.push(fault([name], "An empty list cannot be sent in a URL"));
    for (const [index, each] of values.entries()) {
      const path = isList ? [name, index] : [name];
      pairs.push(`${key}=${encoded(each, path, accepted ?? none, faults)}`);
    }
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The revision that the caller has read, as a tag. */
function seenTag(value: unknown, name: string, faults: Fault[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && value.isWellFormed()) return entityTag(value);
  faults.push(fault([name], "This value cannot be sent as an entity tag"));
  return undefined;
}

function writeHeaders(
  fields: Fields,
  headers: MethodDescription["headers"],
  kinds: Kinds,
  faults: Fault[],
): WrittenRequest["headers"] {
  const written: Record<string, string | undefined> = {};
  for (const [name, header] of Object.entries(headers)) {
    const value = own(fields, name);
    written[header] = undefined;
    if (value === undefined) continue;
    const text = scalarText(value, [name], kinds.byField.get(name) ?? none, "header", faults);
    if (!headerText.test(text)) {
      faults.push(
        fault([name], "Only ASCII text without spaces around it can be sent in a header"),
      );
    }
    written[header] = text;
  }
  return written;
}

function withoutFields(fields: Fields, apart: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !apart.has(name)));
}

/**
 * Prepares the writing of requests for a method. Path parameters, the revision (`If-Match`) and fields that
 * the contract names go into the path and headers. The other fields go into the query for GET and DELETE,
 * else into a JSON body.
 *
 * @param prefix the text before the paths of the contract
 */
export function createRequestWriter(
  contract: ContractDescription,
  method: MethodDescription,
  prefix: string,
): RequestWriter {
  const segments = method.path.split("/").map((text) => {
    return text.startsWith(":")
      ? { name: text.slice(1) }
      : { text: encodeURI(text.toWellFormed()) };
  });
  const { ifMatch } = method;
  const apart = new Set([...method.pathParameters, ...Object.keys(method.headers)]);
  if (ifMatch !== undefined) apart.add(ifMatch);
  const kinds: Kinds = { byField: kindsOf(method), apart };
  const hasBody = method.httpMethod !== "GET" && method.httpMethod !== "DELETE";

  return (input) => {
    const fields = (typeof input === "object" && input !== null ? input : {}) as Fields;
    const faults: Fault[] = [];
    const path = segments.map(({ name, text }) => {
      if (name === undefined) return text;
      return pathSegment(own(fields, name), name, kinds.byField.get(name) ?? none, faults);
    });
    const query = hasBody ? "" : writeQuery(fields, kinds, faults);
    const seen = ifMatch === undefined ? undefined : seenTag(own(fields, ifMatch), ifMatch, faults);
    const headers = writeHeaders(fields, method.headers, kinds, faults);
    if (faults.length > 0) {
      throw validationError({ issues: faults }, `input of ${contract.name}.${method.name}`);
    }
    return {
      target: `${prefix}${path.join("/")}${query}`,
      body: hasBody
        ? JSON.stringify(apart.size === 0 ? input : withoutFields(fields, apart))
        : undefined,
      ifMatch: seen,
      headers,
    };
  };
}
