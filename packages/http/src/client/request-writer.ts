import {
  validationError,
  type ContractDescription,
  type FieldError,
  type MethodDescription,
} from "@plinth/core";

/** What a method's input becomes on the wire. */
export interface WrittenRequest {
  /** Path and query. */
  readonly target: string;
  /** JSON; `undefined` for none. */
  readonly body: string | undefined;
}

/** Writes a (checked) input: the reverse of the server's input reader. */
export type RequestWriter = (input: unknown) => WrittenRequest;

type Fields = Readonly<Record<string, unknown>>;
type Fault = Pick<FieldError, "message" | "code"> & { readonly path: readonly PropertyKey[] };

function fault(path: readonly PropertyKey[], message: string): Fault {
  return { code: "custom", path, message };
}

/** Text for a URL; a value that has none is added to the faults. */
function encoded(value: unknown, path: readonly PropertyKey[], faults: Fault[]): string {
  const scalar = ["string", "number", "boolean"].includes(typeof value);
  const text = scalar ? String(value) : "";
  if (!scalar) faults.push(fault(path, "This value cannot be sent in a path or query"));
  else if (!text.isWellFormed())
    faults.push(fault(path, "Half a character cannot be sent in a URL"));
  else return encodeURIComponent(text);
  return "";
}

function writeQuery(fields: Fields, apart: ReadonlySet<string>, faults: Fault[]): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (apart.has(name) || value === undefined) continue;
    const key = encoded(name, [name], faults);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [index, each] of values.entries()) {
      const path = Array.isArray(value) ? [name, index] : [name];
      pairs.push(`${key}=${encoded(each, path, faults)}`);
    }
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function withoutFields(fields: Fields, apart: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !apart.has(name)));
}

/**
 * Prepares the writing of a method's requests: path parameters by name; for GET and DELETE the
 * other fields into the query, for the rest into a JSON body.
 *
 * @param prefix comes before the contract's paths
 */
export function createRequestWriter(
  contract: ContractDescription,
  method: MethodDescription,
  prefix: string,
): RequestWriter {
  const segments = method.path.split("/").map((text) => {
    return text.startsWith(":") ? { name: text.slice(1) } : { text };
  });
  const inPath = new Set(method.pathParameters);
  const hasBody = method.httpMethod !== "GET" && method.httpMethod !== "DELETE";

  return (input) => {
    const fields = (typeof input === "object" && input !== null ? input : {}) as Fields;
    const faults: Fault[] = [];
    const path = segments.map(({ name, text }) => {
      if (name === undefined) return text;
      const segment = encoded(fields[name], [name], faults);
      if (segment === "" && faults.length === 0) {
        faults.push(fault([name], "An empty text cannot be sent in a path"));
      }
      return segment;
    });
    const query = hasBody ? "" : writeQuery(fields, inPath, faults);
    if (faults.length > 0) {
      throw validationError({ issues: faults }, `input of ${contract.name}.${method.name}`);
    }
    return {
      target: `${prefix}${path.join("/")}${query}`,
      body: hasBody
        ? JSON.stringify(inPath.size === 0 ? input : withoutFields(fields, inPath))
        : undefined,
    };
  };
}
