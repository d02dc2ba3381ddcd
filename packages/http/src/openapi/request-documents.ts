import type { JsonObject, MethodDescription } from "@plinth/core";
import { objectFields } from "@plinth/core/transport";
import { mayBeAbsent } from "../request/absent-input.ts";
import { bodyExamples, parameterExamples } from "./example-documents.ts";
import type { SchemaCollector } from "./schema-collector.ts";
import { schemaWithout } from "./schema-without.ts";

/** The part of an operation that describes the request. */
export interface RequestDocument {
  readonly parameters: readonly JsonObject[];
  /** Absent for methods that take no body. */
  readonly requestBody?: JsonObject;
}

const tagPattern = String.raw`^"[\x21\x23-\x7e]*"$`;

function parameter(
  name: string,
  place: string,
  isRequired: boolean,
  schema: JsonObject,
  examples: JsonObject,
): JsonObject {
  const { description, ...rest } = schema;
  return {
    name,
    in: place,
    required: isRequired,
    ...(typeof description === "string" ? { description } : {}),
    schema: rest,
    ...examples,
  };
}

/** Describes the request of a method: parameters of path, query and headers, and the body. */
export function requestDocument(
  name: string,
  method: MethodDescription,
  collector: SchemaCollector,
): RequestDocument {
  const { headers, ifMatch, pathParameters } = method;
  const hasBody = method.httpMethod !== "GET" && method.httpMethod !== "DELETE";
  const apart = new Set([
    ...pathParameters,
    ...Object.keys(headers),
    ...(ifMatch === undefined ? [] : [ifMatch]),
  ]);
  const fields = Object.entries(objectFields(method.input) ?? {});
  const { properties, required } = collector.fields(
    `${name}.parameters`,
    Object.fromEntries(fields.filter(([field]) => !hasBody || apart.has(field))),
    "input",
  );
  const examplesOf = (field: string): JsonObject => parameterExamples(method, field);
  const inPath = pathParameters.map((field) =>
    parameter(field, "path", true, properties[field] ?? {}, examplesOf(field)),
  );
  const inHeader = Object.entries(headers).map(([field, header]) =>
    parameter(
      header,
      "header",
      required.includes(field),
      { description: `The field ${field}.`, ...properties[field] },
      examplesOf(field),
    ),
  );
  if (ifMatch !== undefined) {
    const description = `The field ${ifMatch} as an entity tag: in quotation marks.`;
    const schema = { description, type: "string", pattern: tagPattern };
    const isRequired = required.includes(ifMatch);
    inHeader.push(parameter("If-Match", "header", isRequired, schema, examplesOf(ifMatch)));
  }
  if (!hasBody) {
    const inQuery = Object.entries(properties)
      .filter(([field]) => !apart.has(field))
      .map(([field, schema]) =>
        parameter(field, "query", required.includes(field), schema, examplesOf(field)),
      );
    return { parameters: [...inPath, ...inHeader, ...inQuery] };
  }
  const body = schemaWithout(`${name}.input`, method.input, apart, "input", collector);
  const { required: needed } = collector.resolve(body);
  const isNeeded =
    !mayBeAbsent(method) && (objectFields(method.input) === undefined || Array.isArray(needed));
  const schema = "$ref" in body ? body : collector.add(`${name}.input`, body);
  return {
    parameters: [...inPath, ...inHeader],
    requestBody: {
      required: isNeeded,
      content: { "application/json": { schema, ...bodyExamples(method, apart) } },
    },
  };
}
