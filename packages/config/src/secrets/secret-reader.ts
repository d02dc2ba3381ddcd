import type { ConfigFault } from "../config-error.ts";
import type { RawValue } from "../definition/evaluate.ts";
import type { Field } from "../definition/field.ts";
import type { Layers } from "../sources/layers.ts";
import { readSecretFile } from "../sources/secrets-folder-layer.ts";
import { describeSystemCode, systemCode } from "../sources/system-code.ts";
import { awsSecretManager } from "./aws-secret-manager.ts";
import { googleSecretManager } from "./google-secret-manager.ts";
import { maskSecrets } from "./mask.ts";
import { parseReference, type SecretReference } from "./reference.ts";
import { Secret } from "./secret.ts";
import { type SecretManager, SecretReadError } from "./secret-manager.ts";

const defaultTimeout = 5000;

/** Resolves references during one load: each manager opened once, each secret fetched once. */
export class SecretReader {
  readonly #layers: Layers;
  readonly #timeout: number;
  readonly #managers = new Map<"aws" | "gcp", Promise<SecretManager>>();
  readonly #texts = new Map<string, Promise<string>>();

  constructor(layers: Layers, timeout: number = defaultTimeout) {
    this.#layers = layers;
    this.#timeout = timeout;
  }

  /** The secret behind a reference, wrapped; or the fault to report. */
  async resolve(field: Field, raw: RawValue): Promise<RawValue | ConfigFault> {
    const text = String(raw.value);
    const reference = parseReference(text);
    const { variable, source } = raw;
    const fault = { field: field.name, variable, source };
    if ("expected" in reference)
      return { ...fault, value: "[secret]", expected: reference.expected };
    const kind = reference.kind === "file" ? "secret file" : "secret manager";
    const location = reference.kind === "file" ? reference.name : text;
    try {
      const value = new Secret(valueOf(reference, await this.#read(reference)));
      return { variable, value, source: { kind, location } };
    } catch (error) {
      const problem = error instanceof SecretReadError ? error.message : describeUnknown(error);
      const expected = "a secret that can be read";
      return { ...fault, source: { kind, location }, expected, problem: maskSecrets(problem) };
    }
  }

  /** Closes the connections that were opened. */
  async close(): Promise<void> {
    for (const manager of this.#managers.values()) {
      // A manager that failed to open has been reported by the fields that needed it.
      const opened = await manager.catch(() => undefined);
      await opened?.close().catch(() => undefined);
    }
  }

  #read(reference: SecretReference): Promise<string> {
    const id = `${reference.kind} ${reference.name}`;
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const reading = this.#within(reference, (signal) => this.#fetch(reference, signal));
    this.#texts.set(id, reading);
    return reading;
  }

  async #fetch(reference: SecretReference, signal: AbortSignal): Promise<string> {
    if (reference.kind === "file") return readFileSecret(reference.name);
    const { kind } = reference;
    const open = kind === "aws" ? awsSecretManager : googleSecretManager;
    const manager = this.#managers.get(kind) ?? open(this.#layers);
    this.#managers.set(kind, manager);
    return (await manager).read(reference.name, { signal, timeout: this.#timeout });
  }

  async #within(
    reference: SecretReference,
    work: (signal: AbortSignal) => Promise<string>,
  ): Promise<string> {
    const controller = new AbortController();
    const { promise: late, reject } = withRejection();
    const timer = setTimeout(() => {
      reject(new SecretReadError(`no answer for ${reference.text} within ${this.#timeout} ms.`));
      controller.abort();
    }, this.#timeout);
    const working = work(controller.signal);
    // Whichever loses the race must not end the process as an unhandled rejection.
    working.catch(() => undefined);
    try {
      return await Promise.race([working, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function withRejection(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_resolve, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}

function readFileSecret(path: string): string {
  try {
    const text = readSecretFile(path);
    if (text !== "") return text;
  } catch (error) {
    throw new SecretReadError(`${path} cannot be read: ${describeSystemCode(systemCode(error))}.`);
  }
  throw new SecretReadError(`${path} is empty.`);
}

/** The value at the reference's key, else the whole text. */
function valueOf(reference: SecretReference, text: string): string {
  const { key, text: shown } = reference;
  if (key === undefined) return text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new SecretReadError(`${shown} names a key, but the secret is not a JSON object.`);
  }
  if (typeof parsed !== "object" || parsed === null || !Object.hasOwn(parsed, key)) {
    throw new SecretReadError(`the secret of ${shown} has no key "${key}".`);
  }
  const value: unknown = new Map(Object.entries(parsed)).get(key);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function describeUnknown(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
  return `the secret could not be read: ${text.slice(0, 300)}`;
}
