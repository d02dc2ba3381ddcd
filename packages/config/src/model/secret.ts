import { inspect } from "node:util";
import { redacted } from "@plinth/support/redact-forms";
import { registerSecret, secretBrand } from "./mask.ts";

/**
 * A value that shows as `[secret]` in text, JSON, `inspect` and errors, and as an empty object in
 * `structuredClone`. Call `reveal()` at the one place that needs the value.
 */
export class Secret<Value = string> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
    registerSecret(value);
    Object.freeze(this);
  }

  /** The value itself. */
  reveal(): Value {
    return this.#value;
  }

  /** Always `[secret]`. */
  toString(): string {
    return redacted;
  }

  /** Always `[secret]`. */
  toJSON(): string {
    return redacted;
  }

  /** Always `[secret]`. */
  [Symbol.toPrimitive](): string {
    return redacted;
  }

  get [Symbol.toStringTag](): string {
    return "Secret";
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: () => redacted });
    // Another copy of this package recognizes a secret by it.
    Object.defineProperty(this.prototype, secretBrand, { value: true });
  }
}

/** True for a `Secret`, also for one of another copy of this package. */
export function isSecretValue(value: unknown): value is Secret<unknown> {
  return typeof value === "object" && value !== null && secretBrand in value;
}
