import type { MethodDescription } from "@plinth/core";
import { objectFields, scalarKinds, type ScalarKind } from "@plinth/core/transport";
import { textConverter } from "./text-converter.ts";

/** Every value of every header, names in lower case. */
export type HeaderLines = Readonly<Record<string, readonly string[] | undefined>>;

/** A fault of a field that travels as a header. */
export interface HeaderFault {
  readonly code: "custom" | "invalid_type";
  readonly path: readonly string[];
  readonly message: string;
}

/** Adds the fields that travel as headers to an input, and their faults to the list. */
export type HeaderReader = (
  lines: HeaderLines,
  input: Record<string, unknown>,
  faults: HeaderFault[],
) => void;

/** Visible ASCII with spaces between. Which characters other bytes stand for is not defined. */
export const headerText: RegExp = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/;

function expected(kinds: ReadonlySet<ScalarKind>): string {
  const words = [kinds.has("number") ? "a number" : "", kinds.has("boolean") ? "a boolean" : ""];
  return words.filter((word) => word !== "").join(" or ");
}

interface HeaderField {
  readonly name: string;
  readonly header: string;
  readonly isRequired: boolean;
  /** @returns the value, or the text of the fault */
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
      // Other faults, such as a number that is not among the choices, are for validation.
      return isLeftOver ? { fault: `must be ${expected(kinds)}` } : { value };
    },
  };
}

/**
 * Prepares the reading of fields that a method takes from headers. A header that was sent twice is refused:
 * one hop would use the first value and another the last.
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
