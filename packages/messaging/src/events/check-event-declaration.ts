import { DeclarationError } from "@plinth/core/errors";
import { wholeNumberFault } from "@plinth/support/numbers";
import type { EventDefinition } from "./event-definition.ts";
import { eventNameFault } from "./name-faults.ts";

/** Throws a `DeclarationError` if a declaration is not valid; see `DomainEvent`. */
export function checkEventDeclaration(definition: EventDefinition): void {
  const { name, schema, version, key, upcasters } = definition;
  const nameFault = eventNameFault(name);
  if (nameFault !== undefined) throw new DeclarationError(nameFault);
  const refuse = (reason: string): never => {
    throw new DeclarationError(`Event "${name}": ${reason}.`);
  };
  const shape: unknown = schema?.shape;
  if (typeof shape !== "object" || shape === null) {
    refuse("the schema must be an object schema of zod 4, z.object({ … })");
  }
  const versionFault = wholeNumberFault(`Event "${name}": version`, version, {
    min: 1,
    max: 2_147_483_647,
  });
  if (versionFault !== undefined) throw new DeclarationError(versionFault);
  if (key !== undefined && !Object.hasOwn(shape as object, key)) {
    refuse(`the key is "${key}", which is not in the schema`);
  }
  for (const [from, upcaster] of Object.entries(upcasters)) {
    if (!/^[1-9]\d*$/.test(from) || Number(from) >= version) {
      refuse(`the upcaster from version ${from} leads nowhere: the schema is at ${version}`);
    }
    if (typeof upcaster !== "function") refuse(`the upcaster from version ${from} is no function`);
  }
}
