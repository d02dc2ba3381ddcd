import { inspect } from "node:util";
import { registerSecret } from "./mask.ts";

const brand = Symbol.for("plinth.config.secret");

/** What stands for a secret wherever it would be shown. */
export const hiddenSecret = "[secret]";

/**
 * A value that shows as `[secret]` in text, JSON, `inspect` and errors, and as an empty object in
 * `structuredClone`. Read it by `reveal()`, at the one place that needs it.
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

  toString(): string {
    return hiddenSecret;
  }

  toJSON(): string {
    return hiddenSecret;
  }

  [Symbol.toPrimitive](): string {
    return hiddenSecret;
  }

  get [Symbol.toStringTag](): string {
    return "Secret";
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: () => hiddenSecret });
    // Secrets are known by this mark across two copies of the package.
    Object.defineProperty(this.prototype, brand, { value: true });
  }
}

/** True for a `Secret`, also one made by another copy of this package. */
export function isSecretValue(value: unknown): value is Secret<unknown> {
  return typeof value === "object" && value !== null && brand in value;
}
