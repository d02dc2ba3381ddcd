import { DeclarationError } from "../errors/declaration-error.ts";
import { errorCodes, isErrorCode } from "../errors/error-codes.ts";
import { absenceFaults } from "./absence-faults.ts";
import type { ContractDescription, MethodDescription } from "./contract-description.ts";
import { headerFaults, headersOf } from "./header-faults.ts";
import { typeFaults } from "./type-faults.ts";
import { exampleFaults, examplesOf } from "./example-faults.ts";
import type { HttpMethod, MethodDefinition, ServiceMethods } from "./method.ts";
import {
  characterFaults,
  locationPathFaults,
  pathFaults,
  pathParametersOf,
  routeShape,
} from "./path-faults.ts";
import {
  fieldOf,
  isSchema,
  objectFields,
  scalarKinds,
  schemaType,
} from "../schema/schema-shape.ts";
import { strictInput } from "../schema/strict-input.ts";

const routePattern: RegExp = /^(GET|POST|PUT|PATCH|DELETE) (\/\S*)$/;
// A `then` would make every awaited service a promise; the others are what objects already have.
const reservedNames: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "prototype",
  "then",
  "toJSON",
]);

function fieldFaults(definition: MethodDefinition, verb: string, path: string): string[] {
  const names = pathParametersOf(path);
  const fields = objectFields(definition.input);
  if (fields === undefined) {
    return names.length > 0 || verb === "GET" || verb === "DELETE"
      ? ["the input must be a z.object, as its fields come from the path and the query"]
      : [];
  }
  return names.flatMap((name) => {
    const field = fieldOf(fields, name);
    if (field === undefined) return [`the path parameter ":${name}" is not a field of the input`];
    if (scalarKinds(field).size === 0) {
      return [`the path parameter ":${name}" must be a string, a number or a boolean`];
    }
    return [];
  });
}

/** Whether fields of the input travel apart from each other, and not in a body. */
function travelsApart({ headers, ifMatch }: MethodDefinition, verb: string, path: string): boolean {
  return (
    verb === "GET" ||
    verb === "DELETE" ||
    ifMatch !== undefined ||
    pathParametersOf(path).length > 0 ||
    Object.keys(headers ?? {}).length > 0
  );
}

function locationFaults(definition: MethodDefinition): string[] {
  if (definition.location === undefined) return [];
  const fields = objectFields(definition.output);
  const unknown = pathParametersOf(definition.location).filter(
    (name) => fieldOf(fields, name) === undefined,
  );
  return [
    ...locationPathFaults(definition.location),
    ...unknown.map((name) => `the location's ":${name}" is not a field of the output`),
  ];
}

/** Checks the fields that are sent as tags of HTTP, which are text. */
function tagFaults(definition: MethodDefinition, verb: string, path: string): string[] {
  const { etag, ifMatch } = definition;
  const faults: string[] = [];
  const check = (what: string, name: string, schema: MethodDefinition["input"]): void => {
    const field = fieldOf(objectFields(schema), name);
    if (field === undefined)
      faults.push(
        `${what} "${name}" is not a field of the ${what === "etag" ? "output" : "input"}`,
      );
    else if (!scalarKinds(field).has("string")) faults.push(`${what} "${name}" must be a string`);
  };
  if (etag !== undefined) check("etag", etag, definition.output);
  if (ifMatch !== undefined) {
    check("ifMatch", ifMatch, definition.input);
    if (pathParametersOf(path).includes(ifMatch)) {
      faults.push(`ifMatch "${ifMatch}" is a path parameter already`);
    }
    if (verb === "GET") faults.push("ifMatch has no meaning with GET: it guards a change");
  }
  return faults;
}

/** Finds mistakes after which the rest of a definition cannot be checked. */
function shapeFaults(definition: MethodDefinition): string[] {
  if (typeof definition !== "object" || definition === null) {
    return ["the definition is not what method({ … }) takes"];
  }
  return (["input", "output"] as const)
    .filter((part) => !isSchema(definition[part]))
    .map((part) => `the ${part} is not a schema of zod 4`);
}

function errorFaults({ errors = [] }: MethodDefinition): string[] {
  return errors
    .filter((code) => !isErrorCode(code))
    .map(
      (code) => `"${String(code)}" is not an error code: use ${Object.keys(errorCodes).join(", ")}`,
    );
}

function describeMethod(
  name: string,
  definition: MethodDefinition,
  faults: string[],
): MethodDescription {
  const own: string[] = [];
  const [, verb = "GET", path = "/"] = routePattern.exec(definition.http) ?? [];
  if (!routePattern.test(definition.http)) {
    own.push(
      `"${definition.http}" is not an HTTP method and a path such as "GET /things/:thingId"`,
    );
  }
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || reservedNames.has(name)) {
    own.push("this name cannot be the name of a method");
  }
  const returnsNothing = ["void", "undefined"].includes(schemaType(definition.output));
  const status = definition.status ?? (returnsNothing ? 204 : 200);
  if (!Number.isInteger(status) || status < 200 || status > 299) {
    own.push(`the status ${status} is not a status of success (200 to 299)`);
  } else if (returnsNothing !== (status === 204 || status === 205)) {
    own.push(
      returnsNothing
        ? `the output is nothing, so the status must be 204, not ${status}`
        : `the status ${status} allows no body, but the output is not z.void()`,
    );
  }
  own.push(
    ...pathFaults(path),
    ...characterFaults(path),
    ...characterFaults(definition.location ?? ""),
    ...fieldFaults(definition, verb, path),
    ...locationFaults(definition),
    ...tagFaults(definition, verb, path),
    ...headerFaults(definition, pathParametersOf(path)),
    ...errorFaults(definition),
  );
  own.push(...typeFaults(definition.input, "input"));
  if (!returnsNothing) own.push(...typeFaults(definition.output, "output"));
  const input = strictInput(definition.input);
  if (objectFields(input) !== undefined && travelsApart(definition, verb, path)) {
    own.push(...absenceFaults(input));
  }
  own.push(...exampleFaults(definition, input, returnsNothing));
  faults.push(...own.map((fault) => `${name}: ${fault}`));
  return Object.freeze({
    name,
    httpMethod: verb as HttpMethod,
    path,
    pathParameters: Object.freeze(pathParametersOf(path)),
    status,
    input,
    output: definition.output,
    returnsNothing,
    errors: Object.freeze([...(definition.errors ?? [])]),
    idempotent: definition.idempotent ?? false,
    public: definition.public ?? false,
    scopes: Object.freeze([...(definition.scopes ?? [])]),
    ...(definition.location === undefined ? {} : { location: definition.location }),
    ...(definition.etag === undefined ? {} : { etag: definition.etag }),
    ...(definition.ifMatch === undefined ? {} : { ifMatch: definition.ifMatch }),
    headers: headersOf(definition),
    examples: examplesOf(definition),
    ...(definition.summary === undefined ? {} : { summary: definition.summary }),
    ...(definition.description === undefined ? {} : { description: definition.description }),
  });
}

/**
 * Checks a declaration and fills in its defaults.
 *
 * @throws DeclarationError that lists all faults.
 */
export function describeService(name: string, methods: ServiceMethods): ContractDescription {
  const faults: string[] = [];
  if (!/^[A-Za-z][A-Za-z0-9.-]*$/.test(name)) {
    faults.push("the name may hold letters, digits, dots and hyphens, and starts with a letter");
  }
  const described = Object.entries(methods).flatMap(([key, definition]) => {
    const mistakes = shapeFaults(definition);
    faults.push(...mistakes.map((fault) => `${key}: ${fault}`));
    return mistakes.length > 0 ? [] : [describeMethod(key, definition, faults)];
  });
  const routes = new Map<string, string>();
  for (const { name: methodName, httpMethod, path } of described) {
    const route = `${httpMethod} ${routeShape(path)}`;
    const other = routes.get(route);
    if (other !== undefined) faults.push(`${methodName}: has the same route as ${other}`);
    routes.set(route, methodName);
  }
  if (faults.length > 0) {
    throw new DeclarationError(
      `The contract "${name}" is not valid:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
  }
  return Object.freeze({ name, methods: Object.freeze(described) });
}
