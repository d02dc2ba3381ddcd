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

/** A value as it was found, before it is validated. */
export interface RawValue<Value = unknown> {
  readonly variable: string;
  readonly value: Value;
  readonly source: ConfigSource;
}

/** What `explain()` says about a field besides its value. */
export interface Origin {
  readonly variable: string;
  readonly source: ConfigSource;
  /** A variable that is set and looks like a misspelling of this one. */
  readonly misspelled?: string;
}
