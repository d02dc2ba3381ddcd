/** Where a value came from. */
export interface ConfigSource {
  readonly kind:
    | "process environment"
    | "env file"
    | "secret file"
    | "secret manager"
    | "constructor"
    | "default"
    | "none";
  /** File name, path or reference. */
  readonly location?: string;
  /** Line in an `.env` file, from 1. */
  readonly line?: number;
}

/** A source in words: ".env.local line 3". */
export function describeSource(source: ConfigSource): string {
  const { kind, location, line } = source;
  if (kind === "env file") return line === undefined ? `${location}` : `${location} line ${line}`;
  if (kind === "none") return "set nowhere";
  return location === undefined ? kind : `${kind} ${location}`;
}

/** The text of a variable with its source. */
export interface FoundVariable {
  readonly variable: string;
  readonly text: string;
  readonly source: ConfigSource;
}

/** One place where variables are looked up. */
export interface Layer {
  /** The variable, or undefined when it is absent or empty. */
  find(variable: string): FoundVariable | undefined;
  /** Names that are set, for spotting misspellings; empty where names mean nothing. */
  readonly names: readonly string[];
  readonly source: ConfigSource;
}
