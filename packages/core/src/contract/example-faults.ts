import { safeParse, type $ZodType } from "zod/v4/core";
import { readableError } from "../errors/read-thrown.ts";
import { validationError } from "../errors/validation-error.ts";
import type { MethodDefinition, MethodExample } from "./method.ts";
import { strictInput } from "../schema/strict-input.ts";

function fault(what: string, schema: $ZodType, value: unknown): string | undefined {
  try {
    const result = safeParse(schema, value);
    return result.success ? undefined : validationError(result.error, what).message;
  } catch (error) {
    return `The ${what} cannot be checked: ${readableError(error).message}.`;
  }
}

function ownCopy(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/**
 * Checks the examples of a method against its schemas.
 *
 * @param input The strict input.
 * @returns What is wrong; empty if all is well.
 */
export function exampleFaults(
  definition: MethodDefinition,
  input: $ZodType,
  returnsNothing: boolean,
): string[] {
  const examples = Object.entries(definition.examples ?? {});
  if (examples.length === 0) return [];
  // Outputs lose undeclared fields, so an example must not show any.
  const output = strictInput(definition.output);
  return examples.flatMap(([name, example]) => {
    const faults = [fault(`input of the example "${name}"`, input, example.input)];
    if (example.output !== undefined) {
      faults.push(
        returnsNothing
          ? `The example "${name}" shows an output, and there is none.`
          : fault(`output of the example "${name}"`, output, example.output),
      );
    }
    return faults.filter((each) => each !== undefined);
  });
}

/** Copies of a definition's examples, in the form that JSON carries. */
export function examplesOf(definition: MethodDefinition): Readonly<Record<string, MethodExample>> {
  const entries = Object.entries(definition.examples ?? {}).map(
    ([name, { summary, input, output }]): [string, MethodExample] => [
      name,
      {
        ...(summary === undefined ? {} : { summary }),
        input: ownCopy(input),
        ...(output === undefined ? {} : { output: ownCopy(output) }),
      },
    ],
  );
  return Object.freeze(Object.fromEntries(entries));
}
