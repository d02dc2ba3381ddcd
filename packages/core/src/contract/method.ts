import type { $ZodType, input, output } from "zod/v4/core";
import type { ErrorCode } from "../errors/error-codes.ts";

/** The HTTP methods that a contract can use. Servers derive `HEAD` and `OPTIONS`. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Options of one call. */
export interface CallOptions {
  /**
   * Cancels the call, which rejects with `cancelled`, or with `deadline_exceeded` for a signal of
   * `AbortSignal.timeout`. Default: only the surrounding request can cancel it.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the caller waits, in milliseconds; then the call rejects with `deadline_exceeded`. It can only
   * shorten the deadline of the surrounding request. Default: that deadline.
   */
  readonly timeout?: number | undefined;
}

/** An example of a call, in the form that JSON carries: of a codec, the outer side. */
export interface MethodExample<I = unknown, O = unknown> {
  /** One line about the example. Default: none. */
  readonly summary?: string;
  /** The input that is sent. */
  readonly input: I;
  /** The output that comes back. Default: not shown. */
  readonly output?: O;
}

/** One method of a contract, as its author declares it. */
export interface MethodDefinition<I extends $ZodType = $ZodType, O extends $ZodType = $ZodType> {
  /** HTTP method and path. `:name` in the path is the field `name` of the input. */
  readonly http: `${HttpMethod} /${string}`;
  /** The HTTP status of success. Default: 200, or 204 if `output` is `z.void()`. */
  readonly status?: number;
  /** The schema of the input. Its objects refuse unknown fields unless they declare a catchall. */
  readonly input: I;
  /** The schema of the output. Undeclared fields are removed. */
  readonly output: O;
  /** The error codes that callers should expect, for documents and generated clients. Default: none. */
  readonly errors?: readonly ErrorCode[];
  /** Whether the call can be repeated safely; only then do clients retry it. Default: false. */
  readonly idempotent?: boolean;
  /** Whether anonymous callers are accepted. Default: false. */
  readonly public?: boolean;
  /** The scopes that a caller must have. Default: none. */
  readonly scopes?: readonly string[];
  /**
   * The path of the created resource, sent as `Location`. `:name` is the field `name` of the output. Default:
   * none.
   */
  readonly location?: `/${string}`;
  /**
   * The field of the output that changes with every change of the resource, such as a revision. Over HTTP it
   * travels as `ETag` and nowhere else. Default: none.
   */
  readonly etag?: string;
  /**
   * The field of the input with the revision that the caller has seen. Over HTTP it travels as `If-Match` and
   * nowhere else, and the status of `aborted` is then 412. Default: none.
   */
  readonly ifMatch?: string;
  /**
   * The fields of the input that travel as headers over HTTP and nowhere else, each with the name of its
   * header: `{ idempotencyKey: "idempotency-key" }`. Strings, numbers and booleans only. Default: none.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** One line for documents. Default: none. */
  readonly summary?: string;
  /** Paragraphs for documents. Default: none. */
  readonly description?: string;
  /** Examples for documents, by name. They are checked when the contract is declared. Default: none. */
  readonly examples?: Readonly<Record<string, MethodExample<input<I>, input<O>>>>;
}

/** The methods of a contract by name. */
export type ServiceMethods = { readonly [name: string]: MethodDefinition };

/**
 * The function type of a contract method. It is written as a method, whose parameters TypeScript compares in
 * both directions, so that an implementation may take the parsed input (with defaults filled in).
 */
export type ContractMethod<I extends $ZodType, O extends $ZodType> = {
  call(input: input<I>, options?: CallOptions): Promise<output<O>>;
}["call"];

/**
 * Declares one method of a contract. It returns the definition and infers its types; `Service` checks it.
 */
export function method<I extends $ZodType, O extends $ZodType>(
  definition: MethodDefinition<I, O>,
): MethodDefinition<I, O> {
  return definition;
}
