import type { MethodDescription } from "@plinth/core";
import { objectFields, scalarKinds, type ScalarKind } from "@plinth/core/transport";
import { textConverter } from "./text-converter.ts";

/** Every value of every header, names in lower case. */
export type HeaderLines = Readonly<Record<string, readonly string[] | undefined>>;

/** What is wrong with a field that came, or did not come, as a header. */
export interface HeaderFault {
  readonly code: "custom" | "invalid_type";
  readonly path: readonly string[];
  readonly message: string;
}

/** Adds the fields that travel as headers to an input; what cannot be read goes to the faults. */
export type HeaderReader = (
  lines: HeaderLines,
  input: Record<string, unknown>,
  faults: HeaderFault[],
) => void;

/** Visible ASCII with spaces between: of other bytes nobody knows which characters they are. */
export const headerText: RegExp = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/;

function expected(kinds: ReadonlySet<ScalarKind>): string {
  const words = [kinds.has("number") ? "a number" : "", kinds.has("boolean") ? "a boolean" : ""];
  return words.filter((word) => word !== "").join(" or ");
}

interface HeaderField {
  readonly name: string;
  readonly header: string;
  readonly isRequired: boolean;
  /** @returns the value, or the fault in words as `fault` */
  readonly read: (text: string) => { readonly value: unknown } | { readonly fault: string };
}

function headerField(
  name: string,
  header: string,
  schema: MethodDescription["input"],
): HeaderField {
  const convert = textConverter(schema);
  const kinds = scalarKinds(schema);
  const { optin } = schema._zod;
  return {
    name,
    header,
    isRequired: optin === undefined,
    read: (text) => {
      if (!headerText.test(text)) return { fault: "must be ASCII text" };
      const value = convert(text);
      const isLeftOver = typeof value === "string" && !kinds.has("string");
      // A choice among numbers, say, is for validation: it knows what may be chosen.
      return isLeftOver ? { fault: `must be ${expected(kinds)}` } : { value };
    },
  };
}

/**
 * Prepares the reading of the fields that a method takes from headers. A header that came twice is
 * refused, as one hop would go by the first and the next by the last.
 */
export function createHeaderReader(method: MethodDescription): HeaderReader {
  const schemas = objectFields(method.input) ?? {};
  const fields = Object.entries(method.headers).flatMap(([name, header]) => {
    const schema = schemas[name];
    return schema === undefined ? [] : [headerField(name, header, schema)];
  });
  return (lines, input, faults) => {
    for (const { name, header, isRequired, read } of fields) {
      const [text, ...others] = lines[header] ?? [];
      const refuse = (message: string, code: HeaderFault["code"] = "custom"): void => {
        faults.push({ code, path: [name], message: `The header ${header} ${message}` });
      };
      if (others.length > 0) refuse("was sent more than once");
      else if (text !== undefined) {
        const found = read(text);
        if ("fault" in found) refuse(found.fault, "invalid_type");
        else input[name] = found.value;
      } else if (isRequired) refuse("is missing", "invalid_type");
    }
  };
}
