import type { $ZodType } from "zod/v4/core";
import { DeclarationError } from "../errors/declaration-error.ts";
import type { ErrorCode } from "../errors/error-codes.ts";
import type { HttpMethod, MethodExample } from "./method.ts";

/**
 * The key under which a contract class keeps its description. A registered symbol, so that two copies of this
 * package recognize each other's contracts.
 */
export const contractKey: unique symbol = Symbol.for("plinth.contract") as never;

/** One method of a contract, with all defaults filled in. */
export interface MethodDescription {
  /** The method's name in code. */
  readonly name: string;
  readonly httpMethod: HttpMethod;
  /** The path as declared: `/things/:thingId`. */
  readonly path: string;
  /** The names after `:` in the path, in order. */
  readonly pathParameters: readonly string[];
  /** The HTTP status of success. */
  readonly status: number;
  /** The strict schema of the input, against which calls are checked. */
  readonly input: $ZodType;
  /** The schema of the output. */
  readonly output: $ZodType;
  /** Whether the output is `z.void()`, so that there is no body. */
  readonly returnsNothing: boolean;
  readonly errors: readonly ErrorCode[];
  readonly idempotent: boolean;
  readonly public: boolean;
  readonly scopes: readonly string[];
  readonly location?: string;
  /** The field of the output that is sent as `ETag`. Absent: none. */
  readonly etag?: string;
  /** The field of the input that travels as `If-Match`. Absent: none. */
  readonly ifMatch?: string;
  /** The fields of the input that travel as headers, with the headers' names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly summary?: string;
  readonly description?: string;
  /** Examples for documents, by name; they fit the schemas. */
  readonly examples: Readonly<Record<string, MethodExample>>;
}

/** A contract at run time. */
export interface ContractDescription {
  /** The service's name. */
  readonly name: string;
  /** The methods, in the order of their declaration. */
  readonly methods: readonly MethodDescription[];
}

/** Any class made by `Service`, with any methods. */
export type AnyServiceClass<T extends object = object> = (abstract new () => T) & {
  readonly [contractKey]: ContractDescription;
};

/**
 * Whether a value is a contract: a class that extends `Service(...)`.
 *
 * @param value Anything, for example a dependency token.
 */
export function isContract(value: unknown): value is AnyServiceClass {
  return typeof value === "function" && contractKey in value;
}

/**
 * Returns the run-time description of a contract.
 *
 * @param service A class that extends `Service(...)`.
 * @throws DeclarationError if it is anything else.
 */
export function describeContract(service: AnyServiceClass): ContractDescription {
  if (!isContract(service)) {
    const { name } = service as { readonly name: string };
    throw new DeclarationError(
      `${name} is not a contract: it does not extend what Service(...) makes.`,
    );
  }
  return service[contractKey];
}
