import { escapeControlCharacters } from "@plinth/support/escape-control-characters";
import { presentable } from "@plinth/support/presentable";
import { redacted } from "@plinth/support/redact-forms";
import { type ConfigSource, describeSource } from "./config-source.ts";
import { maskSecrets } from "./mask.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigFault {
  /** The camelCase field; "" if the fault is not about a field. */
  readonly field: string;
  /** The variable that the field reads. */
  readonly variable: string;
  /** The value that was found, shortened; `[secret]` for secrets. Absent if there was none. */
  readonly value?: string;
  /** Where the value was found. */
  readonly source: ConfigSource;
  /** What was expected, in words. */
  readonly expected: string;
  /** Where the fault is inside the value: `retries[2].delay`. */
  readonly path?: string;
  /** A variable that is set and looks like a misspelling of this one. */
  readonly misspelled?: string;
  /** A sentence for faults that are not about a value, such as a secret that cannot be read. */
  readonly problem?: string;
}

/** Every fault of a configuration in one error. `createApp` prints its message without a stack. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
  /** The faults, in the order of the fields. */
  readonly faults: readonly ConfigFault[];

  /**
   * @param what The configuration class, for the first line of the message.
   * @param faults At least one. Registered secrets are masked in their texts.
   */
  constructor(what: string, faults: readonly ConfigFault[]) {
    const masked = faults.map(maskFault);
    const count = masked.length === 1 ? "1 fault" : `${masked.length} faults`;
    super([`${what} has ${count}:`, ...masked.map(lineOf)].join("\n"));
    this.faults = masked;
    presentable(this);
  }

  /** The message and the faults, without a stack. */
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

/** Always one line: values and the messages of schemas may contain line breaks. */
function lineOf(fault: ConfigFault): string {
  return `  ${escapeControlCharacters(describeFault(fault))}`;
}

function describeFault(fault: ConfigFault): string {
  const { variable, value, expected, path, misspelled, problem, source } = fault;
  const hint = misspelled === undefined ? "" : ` ${misspelled} is set: did you mean ${variable}?`;
  if (problem !== undefined) return `${variable} (${describeSource(source)}): ${problem}`;
  if (value === undefined) return `${variable} is missing: expected ${expected}.${hint}`;
  const shown = value === redacted ? value : JSON.stringify(value);
  const at = path === undefined || path === "" ? "" : ` at ${path}`;
  return `${variable}=${shown} (${describeSource(source)}): expected ${expected}${at}.${hint}`;
}
