import { DeclarationError } from "@plinth/core/errors";
import { whyNoCollection } from "./collection-name.ts";
import type { RepositoryDefinition } from "./definition.ts";
import { fieldForms } from "./field-forms.ts";
import { refusedName } from "./json-data.ts";
import { limits } from "./limits.ts";

/** Throws a `DeclarationError` if a declaration lacks parts that its type requires. */
export function checkShape(declaration: unknown): void {
  const refuse = (reason: string): never => {
    throw new DeclarationError(`Repository: the declaration ${reason}.`);
  };
  if (!isObject(declaration)) return refuse("must be an object with name, schema and key");
  const { name, schema, key, indexes = {}, upcasters = {} } = declaration;
  const whose = typeof name === "string" ? ` of "${name}"` : "";
  if (!isObject(schema) || !("_zod" in schema))
    refuse(`${whose} needs a schema made with zod`.trim());
  if (typeof key !== "string" && !Array.isArray(key)) {
    refuse(`${whose} needs a key, a field or a list of fields`.trim());
  }
  const isMap = (value: unknown): boolean =>
    isObject(value) && Object.values(value).every(isObject);
  if (!isMap(indexes)) refuse(`${whose} has an index that is no object`.trim());
  if (!isObject(upcasters)) refuse(`${whose} has upcasters that are no object`.trim());
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Throws a `DeclarationError` if a declaration is wrong; see `Repository`. */
export function checkDeclaration(definition: RepositoryDefinition): void {
  const { name, schema, key } = definition;
  const refuse = (reason: string): never => {
    throw new DeclarationError(`Repository "${name}": ${reason}.`);
  };
  const whyNot = whyNoCollection(name);
  if (whyNot !== undefined) refuse(`the name, which is also that of its collection, ${whyNot}`);
  if (key.length === 0) refuse("the key needs at least one field");
  if (new Set(key).size !== key.length) refuse("a field is named twice in the key");
  checkIndexNames(definition, refuse);
  checkVersions(definition, refuse);
  // Only object schemas say which fields there are; the data of others is checked when written.
  const shape: unknown = "shape" in schema ? schema.shape : undefined;
  if (typeof shape === "object" && shape !== null) checkFields(definition, shape, refuse);
  checkForms(definition, refuse);
}

// An index orders stored forms. Their order is that of the values only if both are the same.
function checkForms(definition: RepositoryDefinition, refuse: (reason: string) => never): void {
  const forms = fieldForms(definition, refuse);
  for (const [index, { sort }] of Object.entries(definition.indexes)) {
    if (sort !== undefined && forms.get(sort)?.hasTwoForms === true) {
      refuse(
        `index "${index}" sorts by "${sort}", whose stored form is another than the one in use, and so is its order; sort by a field without a codec`,
      );
    }
  }
}

function checkIndexNames(
  { indexes }: RepositoryDefinition,
  refuse: (reason: string) => never,
): void {
  const names = Object.keys(indexes);
  if (names.length > limits.indexes) {
    refuse(`${names.length} indexes are more than the ${limits.indexes} that are possible`);
  }
  for (const index of names) {
    if (!/^[A-Za-z0-9]{1,60}$/.test(index)) {
      refuse(`the name of index "${index}" must be 1 to 60 letters and digits`);
    }
  }
}

function checkVersions(
  { version, upcasters }: RepositoryDefinition,
  refuse: (reason: string) => never,
): void {
  if (!Number.isSafeInteger(version) || version < 1) {
    refuse(`the version must be a whole number from 1, and is ${version}`);
  }
  for (const from of Object.keys(upcasters)) {
    if (!/^[1-9]\d*$/.test(from) || Number(from) >= version) {
      refuse(`the upcaster from version ${from} leads nowhere: the schema is at ${version}`);
    }
  }
}

function checkFields(
  { key, indexes, expires }: RepositoryDefinition,
  shape: object,
  refuse: (reason: string) => never,
): void {
  for (const field of Object.keys(shape)) {
    const reason = refusedName(field, 1);
    if (reason !== undefined) refuse(`the field ${JSON.stringify(field)} ${reason}`);
  }
  const check = (field: string | undefined, use: string): void => {
    if (field !== undefined && !Object.hasOwn(shape, field)) {
      refuse(`${use} "${field}", which is not in the schema`);
    }
  };
  for (const field of key) check(field, "the key has the field");
  for (const [index, { partition, sort }] of Object.entries(indexes)) {
    check(partition, `index "${index}" goes by`);
    check(sort, `index "${index}" sorts by`);
  }
  check(expires, "records end by the field");
}
