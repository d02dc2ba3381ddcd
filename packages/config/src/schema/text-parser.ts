import * as z from "zod";

/** What the rest of the package knows about one of its own parsers. */
export interface ParserInfo {
  /** What the parser expects, in the words of a message: "an integer". */
  readonly expected: string;
  /** The value must never be shown: `secret()`. */
  readonly secret?: boolean;
  /** The value may contain a password: `url()`. */
  readonly url?: boolean;
  /** Writes a value as a variable holds it, where that differs from its JSON. */
  readonly format?: (value: number) => string;
  /** The schema of the value inside, if there is one. */
  readonly inner?: z.ZodType;
}

// zod copies the entry to the schemas that `.refine()` and `.describe()` make.
const registry = z.registry<{ readonly info: unknown }>();

/** What is known about a schema that one of this package's parsers made; undefined for others. */
export function parserInfo(schema: z.core.$ZodType): ParserInfo | undefined {
  return registry.get(schema)?.info as ParserInfo | undefined;
}

/** Thrown by a parse function: the text is not what was expected. */
export class Unreadable extends Error {
  /** Where the fault is inside the value, for JSON and lists. */
  readonly path: readonly PropertyKey[];

  constructor(expected: string, path: readonly PropertyKey[] = []) {
    super(expected);
    this.path = path;
  }
}

/**
 * Makes a schema that reads a variable's text as well as a value given to the constructor.
 *
 * @param info What the parser expects.
 * @param read Turns a text or a typed value into the output; throws `Unreadable`.
 */
export function textParser<Output, Input>(
  info: ParserInfo,
  read: (value: unknown) => Output,
): z.ZodType<Output, Input> {
  const schema = z.unknown().transform((value, context): Output => {
    if (value === undefined) {
      context.addIssue({ code: "custom", message: info.expected });
      return z.NEVER;
    }
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      context.addIssue({
        code: "custom",
        message: error.message,
        path: [...error.path],
        params: { parser: true },
      });
      return z.NEVER;
    }
  });
  registry.add(schema, { info });
  return schema as unknown as z.ZodType<Output, Input>;
}
