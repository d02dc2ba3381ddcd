import type { ConfigFault } from "../model/config-error.ts";
import type { RawValue } from "../model/config-source.ts";
import { isReference } from "../model/secret-reference.ts";
import type { Field } from "../schema/field.ts";
import { UnreadableFileError } from "../secrets/read-text-file.ts";
import { SecretReader } from "../secrets/secret-reader.ts";
import type { Layers } from "./layers.ts";
import { unreadable } from "./sources.ts";

/** What the layers say about fields, by the name of the field. A field that no layer sets is in neither. */
export interface ReadFields {
  readonly raws: ReadonlyMap<string, RawValue>;
  /** Fields whose value could not be read. */
  readonly faults: ReadonlyMap<string, ConfigFault>;
}

/** Looks up fields in the layers and resolves the references among them, side by side. */
export async function readFields(
  fields: Iterable<Field>,
  layers: Layers,
  secretTimeout: number | undefined,
): Promise<ReadFields> {
  const raws = new Map<string, RawValue>();
  const faults = new Map<string, ConfigFault>();
  const reader = new SecretReader((variable) => layers.find(variable)?.value, secretTimeout);
  await Promise.all(
    Array.from(fields, async (field) => {
      const found = readField(field, layers);
      if (found === undefined) return;
      const isPointer = !("expected" in found) && field.isSecret && isReference(found.value);
      const resolved = isPointer ? await reader.resolve(field.name, found) : found;
      if ("expected" in resolved) faults.set(field.name, resolved);
      else raws.set(field.name, resolved);
    }),
  );
  await reader.close();
  return { raws, faults };
}

/** The text of a field's variable; a fault if its file cannot be read. */
export function readField(
  field: Field,
  layers: Layers,
): RawValue<string> | ConfigFault | undefined {
  try {
    return layers.find(field.variable);
  } catch (error) {
    if (error instanceof UnreadableFileError) return unreadable(field, error);
    throw error;
  }
}
