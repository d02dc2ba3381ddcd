import { errorCodes, type ErrorCode } from "./error-codes.ts";
import type { JsonObject } from "./json.ts";
import { isError, readThrown } from "./read-thrown.ts";
import { serializeError, type SerializedError } from "./serialize-error.ts";

const brand: symbol = Symbol.for("plinth.ServiceError");
const canonicalCode: symbol = Symbol.for("plinth.ServiceError.canonicalCode");
const nothing: JsonObject = Object.freeze({});

/** What a service error may carry beside its code and message. Every field is optional. */
export interface ServiceErrorOptions {
  /** What led to this error. It stays in the process: it is logged, never sent. */
  readonly cause?: unknown;
  /**
   * Facts that the caller may see. Absent: `{}`. What stands under a key that names a secret, such
   * as `password` or `accessToken`, is sent as `[secret]`; `nextToken`, `tokens: 3` or
   * `passwordPolicy` are not such keys.
   */
  readonly details?: JsonObject | undefined;
  /** Facts for the log alone; they are never sent. Absent: `{}`. */
  readonly internalDetails?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Whether message and details are for the log alone, as they speak of what stands behind the
   * service: a database, a broker, another service. Code that catches the error sees them; callers of
   * the service get a general sentence for the code, and `internal` in place of `unauthenticated` and
   * `permission_denied`, which are then about the service's own credentials. Default: false.
   */
  readonly concealed?: boolean | undefined;
  /** How long the caller should wait before another attempt, in milliseconds. Absent: no advice. */
  readonly retryAfter?: number | undefined;
  /** The request in which the error arose, where it is not the request of the reader. */
  readonly requestId?: string | undefined;
}

/**
 * An error with a canonical code, which callers can act on. Throw one of the sixteen classes made
 * for the codes, or a class of your own that extends one of them.
 *
 * `instanceof` with this class and with the canonical classes goes by a brand and the code, not by
 * the prototype: an error made by another copy of the package, or rebuilt from the wire, is still
 * recognized. Your own subclasses go by prototype, as usual.
 */
export class ServiceError extends Error {
  /** The canonical code: what kind of fault this is. */
  readonly code: ErrorCode;
  /** Facts that the caller may see. */
  readonly details: JsonObject;
  /** Facts for the log alone. Not enumerable, so that no generic serializer picks them up. */
  declare readonly internalDetails: Readonly<Record<string, unknown>>;
  /** Whether message and details are for the log alone. Not enumerable. */
  declare readonly concealed: boolean;
  /** How long to wait before another attempt, in milliseconds; `undefined` without advice. */
  declare readonly retryAfter?: number;
  /** The request in which the error arose; `undefined` where nobody has said. */
  declare requestId?: string;

  /**
   * @param code the canonical code
   * @param message one sentence that the caller may read: no secrets, no internals
   * @param options see {@link ServiceErrorOptions}; a `retryAfter` that is not a finite number of
   *   at least 0 is dropped, as an error constructor must not throw
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

  /** Whether the same call may succeed later; see {@link errorCodes}. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** What `JSON.stringify` shows: the same as goes over the wire, never causes or internals. */
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
 * Whether a value is a service error, whichever copy of the package made it.
 *
 * @param value anything that was thrown
 * @param code only errors with this code; absent: any code
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
 * Marks a class as *the* class of a code, so that `instanceof` goes by brand and code.
 *
 * @param target the class, whose `name` becomes the `name` of its errors
 * @param code its code
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
