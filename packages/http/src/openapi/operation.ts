import type { JsonObject, MethodDescription } from "@plinth/core";
import type { SecurityScheme } from "../authorization/security-scheme.ts";
import { answerHeaderExamples, outputExamples } from "./example-documents.ts";
import { problemResponses } from "./problem-documents.ts";
import { requestDocument } from "./request-documents.ts";
import type { SchemaCollector } from "./schema-collector.ts";
import { schemaWithout } from "./schema-without.ts";

/** The parts that all operations of a document share. */
export interface OperationParts {
  /** The name of the service. */
  readonly service: string;
  readonly schemes: readonly SecurityScheme[];
  readonly collector: SchemaCollector;
}

function header(description: string, examples: JsonObject): JsonObject {
  return { description, required: false, schema: { type: "string" }, ...examples };
}

function successResponses(
  name: string,
  method: MethodDescription,
  collector: SchemaCollector,
): JsonObject {
  const { etag, location, returnsNothing, status } = method;
  const isTagged = etag !== undefined;
  const headers: Record<string, JsonObject> = {};
  if (location !== undefined) {
    const examples = answerHeaderExamples(method, "location");
    headers["location"] = header(`Path of what was made: ${location}.`, examples);
  }
  if (isTagged) {
    const description = `The field ${etag} of the output, as an entity tag: in quotation marks.`;
    headers["etag"] = header(description, answerHeaderExamples(method, "etag"));
  }
  const apart = new Set(isTagged ? [etag] : []);
  const schema = returnsNothing
    ? undefined
    : schemaWithout(`${name}.output`, method.output, apart, "output", collector);
  const named =
    schema === undefined || "$ref" in schema ? schema : collector.add(`${name}.output`, schema);
  const success: JsonObject = {
    description: returnsNothing ? `${name} is done.` : `The output of ${name}.`,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(named === undefined
      ? {}
      : { content: { "application/json": { schema: named, ...outputExamples(method) } } }),
  };
  return {
    [String(status)]: success,
    ...(isTagged && method.httpMethod === "GET"
      ? { "304": { description: "The caller has it already, by its If-None-Match." } }
      : {}),
  };
}

/** The operation object of a method. */
export function operationOf(method: MethodDescription, parts: OperationParts): JsonObject {
  const { service, schemes, collector } = parts;
  const name = `${service}.${method.name}`;
  const isClosed = !method.public && schemes.length > 0;
  const { parameters, requestBody } = requestDocument(name, method, collector);
  return {
    operationId: name,
    tags: [service],
    ...(method.summary === undefined ? {} : { summary: method.summary }),
    ...(method.description === undefined ? {} : { description: method.description }),
    ...(parameters.length === 0 ? {} : { parameters: [...parameters] }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      ...successResponses(name, method, collector),
      ...problemResponses(method, isClosed),
    },
    security: isClosed ? schemes.map((scheme) => ({ [scheme.name]: [...method.scopes] })) : [],
    "x-idempotent": method.idempotent,
  };
}
