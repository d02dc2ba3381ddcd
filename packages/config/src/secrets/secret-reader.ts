import { raceWithSignal } from "@plinth/support/race";
import { redacted } from "@plinth/support/redact-forms";
import type { ConfigFault } from "../model/config-error.ts";
import type { RawValue } from "../model/config-source.ts";
import { maskSecrets } from "../model/mask.ts";
import { Secret } from "../model/secret.ts";
import { parseReference, type SecretReference } from "../model/secret-reference.ts";
import { awsSecretManager } from "./aws-secret-manager.ts";
import { googleSecretManager } from "./google-secret-manager.ts";
import { readSecretFile, UnreadableFileError } from "./read-text-file.ts";
import { type FindVariable, type SecretManager, SecretReadError } from "./secret-manager.ts";

const defaultTimeout = 5000;

/** Resolves references during one load. It opens each manager once and fetches each secret once. */
export class SecretReader {
  readonly #find: FindVariable;
  readonly #timeout: number;
  readonly #managers = new Map<"aws" | "gcp", Promise<SecretManager>>();
  readonly #texts = new Map<string, Promise<string>>();

  /**
   * @param find Looks up the settings of the managers' clients.
   * @param timeout Of each secret, in milliseconds.
   */
  constructor(find: FindVariable, timeout: number = defaultTimeout) {
    this.#find = find;
    this.#timeout = timeout;
  }

  /** The secret behind a reference, wrapped; or the fault to report. */
  async resolve(field: string, raw: RawValue<string>): Promise<RawValue | ConfigFault> {
    const { variable, value: text, source } = raw;
    const fault = { field, variable, source };
    const reference = parseReference(text);
    if ("expected" in reference) return { ...fault, value: redacted, expected: reference.expected };
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
      // The fields that needed a manager have reported why it could not be opened.
      const opened = await manager.catch(() => undefined);
      await opened?.close().catch(() => undefined);
    }
  }

  #read(reference: SecretReference): Promise<string> {
    const id = `${reference.kind} ${reference.name}`;
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const timeout = this.#timeout;
    const onTimeout = (): Error =>
      new SecretReadError(`no answer for ${reference.text} within ${timeout} ms.`);
    const reading = raceWithSignal({ timeout, onTimeout }, (signal) =>
      this.#fetch(reference, signal),
    );
    this.#texts.set(id, reading);
    return reading;
  }

  async #fetch({ kind, name }: SecretReference, signal: AbortSignal): Promise<string> {
    if (kind === "file") return readFileSecret(name);
    const open = kind === "aws" ? awsSecretManager : googleSecretManager;
    const manager = this.#managers.get(kind) ?? open(this.#find);
    this.#managers.set(kind, manager);
    return (await manager).read(name, { signal, timeout: this.#timeout });
  }
}

function readFileSecret(path: string): string {
  try {
    const text = readSecretFile(path);
    if (text !== "") return text;
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    throw new SecretReadError(error.message, { cause: error });
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
