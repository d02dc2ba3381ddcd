import { escapeControlCharacters } from "@plinth/support/escape-control-characters";
import { hiddenSecret } from "./secrets/secret.ts";
import { maskSecrets } from "./secrets/mask.ts";
import { type ConfigSource, describeSource } from "./sources/config-source.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigFault {
  /** The camelCase field, "" when it concerns none. */
  readonly field: string;
  /** The variable that the field reads. */
  readonly variable: string;
  /** The value as found, shortened; `[secret]` for secrets; absent when there was none. */
  readonly value?: string;
  readonly source: ConfigSource;
  /** What was expected, in words. */
  readonly expected: string;
  /** Where inside the value: `retries[2].delay`. */
  readonly path?: string;
  /** A variable that is set and looks like a misspelling of this one. */
  readonly misspelled?: string;
  /** A sentence for faults that are not about a value, such as a secret that cannot be read. */
  readonly problem?: string;
}

/** Every fault of a configuration in one error. Its message is meant for people, without a stack. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
  /** The faults, in the order of the fields. */
  readonly faults: readonly ConfigFault[];

  /**
   * @param what the configuration class, for the first line of the message.
   * @param faults at least one. Registered secrets are masked in their texts.
   */
  constructor(what: string, faults: readonly ConfigFault[]) {
    const masked = faults.map(maskFault);
    const count = masked.length === 1 ? "1 fault" : `${masked.length} faults`;
    super([`${what} has ${count}:`, ...masked.map(lineOf)].join("\n"));
    this.faults = masked;
  }

  static {
    // Tells whoever ends the process to print the message alone. Not in the class's body, as a
    // computed name has no place in its declared type.
    Object.defineProperty(this.prototype, Symbol.for("plinth.presentable"), { value: true });
  }

  toJSON(): { name: string; message: string; faults: readonly ConfigFault[] } {
    return { name: this.name, message: this.message, faults: this.faults };
  }
}

function maskFault(fault: ConfigFault): ConfigFault {
  const { value, problem, ...rest } = fault;
  return {
    ...rest,
    expected: maskSecrets(fault.expected),
    ...(value === undefined ? {} : { value: maskSecrets(value) }),
    ...(problem === undefined ? {} : { problem: maskSecrets(problem) }),
  };
}

/** One line, whatever is in the value or in the words of somebody's schema. */
function lineOf(fault: ConfigFault): string {
  return `  ${escapeControlCharacters(describeFault(fault))}`;
}

/** A fault in words. */
function describeFault(fault: ConfigFault): string {
  const { variable, value, expected, path, misspelled, problem, source } = fault;
  const hint = misspelled === undefined ? "" : ` ${misspelled} is set: did you mean ${variable}?`;
  if (problem !== undefined) return `${variable} (${describeSource(source)}): ${problem}`;
  if (value === undefined) return `${variable} is missing: expected ${expected}.${hint}`;
  const shown = value === hiddenSecret ? value : JSON.stringify(value);
  const at = path === undefined || path === "" ? "" : ` at ${path}`;
  return `${variable}=${shown} (${describeSource(source)}): expected ${expected}${at}.${hint}`;
}
