/** A JSON object of unknown form: documents to compare come from files. */
export type Json = Readonly<Record<string, unknown>>;

/** The value if it is an object, else an empty one. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

/** The value if it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value at a JSON pointer such as `#/components/schemas/Thing`. */
function follow(document: Json, reference: string): unknown {
  return reference
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((value, part) => objectOf(value)[part], document);
}

/**
 * An object of a document, or the object that it refers to; an empty object for a broken reference.
 */
export function resolved(document: Json, value: unknown): Json {
  let current = objectOf(value);
  const seen = new Set<string>();
  while (typeof current["$ref"] === "string" && !seen.has(current["$ref"])) {
    seen.add(current["$ref"]);
    const { $ref, ...others } = current;
    current = { ...objectOf(follow(document, $ref)), ...others };
  }
  return current;
}

/** An operation, with its name and route. */
export interface Operation {
  /** Its `operationId`, such as `things.getThing`; else the route. */
  readonly name: string;
  /** Such as `GET /things/{thingId}`. */
  readonly route: string;
  readonly value: Json;
}

const verbs = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/** The operations of a document by name. */
export function operationsOf(document: Json): ReadonlyMap<string, Operation> {
  const operations = Object.entries(objectOf(document["paths"])).flatMap(([path, item]) =>
    verbs
      .filter((verb) => verb in objectOf(item))
      .map((verb): Operation => {
        const value = objectOf(objectOf(item)[verb]);
        const route = `${verb.toUpperCase()} ${path}`;
        const name = typeof value["operationId"] === "string" ? value["operationId"] : route;
        return { name, route, value };
      }),
  );
  return new Map(operations.map((operation) => [operation.name, operation]));
}
