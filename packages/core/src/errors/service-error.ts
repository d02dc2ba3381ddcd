import { errorCodes, type ErrorCode } from "./error-codes.ts";
import type { JsonObject } from "./json.ts";
import { isError, readThrown } from "./read-thrown.ts";
import { serializeError, type SerializedError } from "./serialize-error.ts";

const brand: symbol = Symbol.for("plinth.ServiceError");
const canonicalCode: symbol = Symbol.for("plinth.ServiceError.canonicalCode");
const nothing: JsonObject = Object.freeze({});

/** Options of a service error, beside its code and message. */
export interface ServiceErrorOptions {
  /** The error behind this one. It is logged and never sent. Default: none. */
  readonly cause?: unknown;
  /**
   * Facts for the caller. Default: `{}`. A value under a key that names a secret, such as `password` or
   * `accessToken`, is sent as `[secret]`; `nextToken`, `tokens: 3` and `passwordPolicy` are not such keys.
   */
  readonly details?: JsonObject | undefined;
  /** Facts for the log; they are never sent. Default: `{}`. */
  readonly internalDetails?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Whether message and details are for the log only, because they are about a backend of the service: a
   * database, a broker, another service. Code that catches the error sees them. Callers of the service get a
   * general message for the code, and `internal` instead of `unauthenticated` and `permission_denied`, which
   * are then about the service's own credentials. Default: false.
   */
  readonly concealed?: boolean | undefined;
  /** How long the caller should wait before another attempt, in milliseconds. Default: no advice. */
  readonly retryAfter?: number | undefined;
  /** The request in which the error arose, if it is another one than the current. Default: none. */
  readonly requestId?: string | undefined;
}

/**
 * An error with a canonical code, which callers can act on. Throw one of the sixteen classes for the codes, or a
 * subclass of one of them.
 *
 * `instanceof` with this class and with the canonical classes compares a brand and the code, not the prototype:
 * it recognizes errors that another copy of the package made, and errors rebuilt from the wire. Your own
 * subclasses are compared by prototype, as usual.
 */
export class ServiceError extends Error {
  /** The canonical code. */
  readonly code: ErrorCode;
  /** Facts for the caller. */
  readonly details: JsonObject;
  /** Facts for the log. Not enumerable, so that generic serializers leave them out. */
  declare readonly internalDetails: Readonly<Record<string, unknown>>;
  /** Whether message and details are for the log only. Not enumerable. */
  declare readonly concealed: boolean;
  /** How long to wait before another attempt, in milliseconds. Absent: no advice. */
  declare readonly retryAfter?: number;
  /** The request in which the error arose. Absent: unknown. */
  declare requestId?: string;

  /**
   * @param code The canonical code.
   * @param message One sentence for the caller, without secrets and internals.
   * @param options See {@link ServiceErrorOptions}. A `retryAfter` that is not a finite number of at least 0 is
   *   dropped: the constructor of an error must not throw.
   */
  constructor(code: ErrorCode, message: string, options: ServiceErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details === undefined ? nothing : Object.freeze({ ...options.details });
    Object.defineProperty(this, "internalDetails", {
      value: options.internalDetails ?? nothing,
      enumerable: false,
    });
    Object.defineProperty(this, "concealed", { value: options.concealed === true });
    const { retryAfter, requestId } = options;
    if (retryAfter !== undefined && Number.isFinite(retryAfter) && retryAfter >= 0) {
      this.retryAfter = retryAfter;
    }
    if (requestId !== undefined) {
      this.requestId = requestId;
    }
  }

  static {
    Object.defineProperty(this.prototype, brand, { value: true });
    Object.defineProperty(this.prototype, "name", {
      value: "ServiceError",
      writable: true,
      configurable: true,
    });
  }

  /** Whether a retry of the same call may succeed; see {@link errorCodes}. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** The form for `JSON.stringify`: that for callers, without cause and internals. */
  toJSON(): SerializedError {
    return serializeError(this);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (Object.hasOwn(this, canonicalCode)) {
      const code: unknown = Reflect.get(this, canonicalCode);
      return isServiceError(value, code as ErrorCode);
    }
    if (this === ServiceError) {
      return isServiceError(value);
    }
    return isError(value) && Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/**
 * Whether a value is a service error, made by any copy of the package.
 *
 * @param value Anything that was thrown.
 * @param code The code that the error must have. Default: any code.
 */
export function isServiceError<C extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: C,
): value is ServiceError & { readonly code: C } {
  return (
    readThrown(value, brand) === true && (code === undefined || readThrown(value, "code") === code)
  );
}

/**
 * Marks a class as the canonical class of a code, so that `instanceof` compares brand and code.
 *
 * @param target The class.
 * @param code Its code.
 * @param name The `name` of its errors.
 */
export function markCanonical(
  target: abstract new (...args: never[]) => ServiceError,
  code: ErrorCode,
  name: string,
): void {
  Object.defineProperty(target, canonicalCode, { value: code });
  Object.defineProperty(target.prototype, "name", {
    value: name,
    writable: true,
    configurable: true,
  });
}
