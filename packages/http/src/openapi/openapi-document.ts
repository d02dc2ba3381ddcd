import { describeContract, type AnyServiceClass, type JsonObject } from "@plinth/core";
import { bearerScheme, type SecurityScheme } from "../authorization/security-scheme.ts";
import { operationOf } from "./operation.ts";
import { otherProblem, problemSchema } from "./problem-documents.ts";
import { SchemaCollector } from "./schema-collector.ts";

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = JsonObject;

/** The description of the API as a whole. */
export interface OpenApiInfo {
  readonly title: string;
  /** Version of the API, such as `1.4.0`. */
  readonly version: string;
  /** Paragraphs in CommonMark. Default: none. */
  readonly description?: string;
}

/** A contract with its own path prefix. */
export interface DescribedService {
  readonly service: AnyServiceClass;
  /** Precedes the paths of the contract. Default: none. */
  readonly prefix?: string;
}

/** Options of a document. */
export interface OpenApiOptions {
  /** Precedes all paths, as in `bindHttp`. Default: none. */
  readonly prefix?: string;
  /**
   * How callers present credentials: the `schemes` of the authorizer, or an empty list if everything is open.
   * Default: as a bearer token.
   */
  readonly schemes?: readonly SecurityScheme[];
}

/**
 * Describes contracts as an OpenAPI 3.1 document. The same contracts in the same order give the same
 * document, byte for byte.
 *
 * zod schemas become JSON Schemas, without refinements in code. Examples come from `.meta({ examples: [...]
 * })` of the schemas, names from `.meta({ id: "Thing" })`.
 *
 * @param contracts in the order of the document
 * @param info title and version
 * @param options see {@link OpenApiOptions}
 */
export function openApiDocument(
  contracts: readonly (AnyServiceClass | DescribedService)[],
  info: OpenApiInfo,
  options: OpenApiOptions = {},
): OpenApiDocument {
  const schemes = options.schemes ?? [bearerScheme];
  const collector = new SchemaCollector();
  const paths: Record<string, Record<string, JsonObject>> = {};
  const tags: JsonObject[] = [];
  for (const entry of contracts) {
    const { service, prefix = "" } = typeof entry === "function" ? { service: entry } : entry;
    const { name, methods } = describeContract(service);
    tags.push({ name });
    for (const method of methods) {
      const path = `${options.prefix ?? ""}${prefix}${method.path}`;
      const template = path.replaceAll(/:([A-Za-z_][A-Za-z0-9_]*)/g, "{$1}");
      const item = (paths[template] ??= {});
      item[method.httpMethod.toLowerCase()] = operationOf(method, {
        service: name,
        schemes,
        collector,
      });
    }
  }
  const { title, version, description } = info;
  collector.add("Problem", problemSchema);
  const securitySchemes = schemes.map(({ name, document }) => [name, { ...document }]);
  return {
    openapi: "3.1.0",
    info: { title, version, ...(description === undefined ? {} : { description }) },
    tags,
    paths,
    components: {
      schemas: collector.schemas,
      responses: { Problem: otherProblem },
      ...(schemes.length === 0 ? {} : { securitySchemes: Object.fromEntries(securitySchemes) }),
    },
  };
}

/** A document as text: two spaces of indentation, a line feed at the end. */
export function openApiText(document: OpenApiDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
