import type { $ZodType, input, output } from "zod/v4/core";
import type { ErrorCode } from "../errors/error-codes.ts";

/** The HTTP methods that a contract can use. `HEAD` and `OPTIONS` follow from them. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a caller may say about one call, beside its input. */
export interface CallOptions {
  /** Cancels the call: it rejects with `cancelled`, or `deadline_exceeded` for a time-out signal. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the caller waits, in milliseconds; then the call rejects with `deadline_exceeded`.
   * Absent: as long as the surrounding request may take. It can only shorten that.
   */
  readonly timeout?: number | undefined;
}

/** A call as documents show it, in the form that JSON carries: of a codec, the outer side. */
export interface MethodExample<I = unknown, O = unknown> {
  /** One line that says what the example shows. Default: none. */
  readonly summary?: string;
  /** What is sent. */
  readonly input: I;
  /** What comes back. Default: nothing is shown. */
  readonly output?: O;
}

/** One method of a contract, as its author declares it. */
export interface MethodDefinition<I extends $ZodType = $ZodType, O extends $ZodType = $ZodType> {
  /** HTTP method and path. `:name` in the path takes the field `name` of the input. */
  readonly http: `${HttpMethod} /${string}`;
  /** HTTP status of success. Default: 200, or 204 when `output` is `z.void()`. */
  readonly status?: number;
  /** What the caller sends. Objects in it refuse unknown fields unless they declare a catchall. */
  readonly input: I;
  /** What the caller gets. Fields that it does not declare are removed before they leave. */
  readonly output: O;
  /** The codes that callers should expect, for documents and generated clients. Default: none. */
  readonly errors?: readonly ErrorCode[];
  /** Whether repeating the call does no harm; only then may a client retry it. Default: false. */
  readonly idempotent?: boolean;
  /** Whether callers need no credentials. Default: false. */
  readonly public?: boolean;
  /** What a caller's principal must be allowed to do. Default: nothing in particular. */
  readonly scopes?: readonly string[];
  /** Path of what the call made, sent as `Location`. `:name` takes the output's field `name`. */
  readonly location?: `/${string}`;
  /**
   * Name of the output's field that changes with every change of what is returned, such as a
   * revision. Over HTTP it travels as `ETag` and nowhere else. Default: none.
   */
  readonly etag?: string;
  /**
   * Name of the input's field that says which revision the caller has seen. Over HTTP it travels as
   * `If-Match` and nowhere else, and `aborted` is then answered with 412. Default: none.
   */
  readonly ifMatch?: string;
  /**
   * The input's fields that travel as headers over HTTP and nowhere else, each with the name of its
   * header: `{ idempotencyKey: "idempotency-key" }`. Strings, numbers and booleans only. Default:
   * none.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** One line for documents. */
  readonly summary?: string;
  /** Paragraphs for documents. */
  readonly description?: string;
  /** Calls for documents, by name. They are checked when the contract is made. Default: none. */
  readonly examples?: Readonly<Record<string, MethodExample<input<I>, input<O>>>>;
}

/** The methods of a contract by name. */
export type ServiceMethods = { readonly [name: string]: MethodDefinition };

/**
 * The function type of a contract method. Written as a method, whose parameters are compared both
 * ways, so that an implementation may take the parsed input (defaults filled in).
 */
export type ContractMethod<I extends $ZodType, O extends $ZodType> = {
  call(input: input<I>, options?: CallOptions): Promise<output<O>>;
}["call"];

/**
 * Declares one method of a contract. It only keeps the types together; `Service` checks it.
 *
 * @param definition see {@link MethodDefinition}
 */
export function method<I extends $ZodType, O extends $ZodType>(
  definition: MethodDefinition<I, O>,
): MethodDefinition<I, O> {
  return definition;
}
