import { InvalidArgumentError } from "@plinth/core/errors";
import type { RepositoryDefinition } from "./definition.ts";
import { refusedName } from "./json-data.ts";
import { limits } from "./limits.ts";

/** Throws `invalid_argument` when a declaration cannot be meant; see `Repository`. */
export function checkDeclaration(definition: RepositoryDefinition): void {
  const { name, schema, key } = definition;
  const refuse = (reason: string): never => {
    throw new InvalidArgumentError(`Repository "${name}": ${reason}.`);
  };
  if (key.length === 0) refuse("the key needs at least one field");
  if (new Set(key).size !== key.length) refuse("a field is named twice in the key");
  checkIndexNames(definition, refuse);
  checkVersions(definition, refuse);
  // Only object schemas say which fields there are; the data of others is checked when written.
  const shape: unknown = "shape" in schema ? schema.shape : undefined;
  if (typeof shape === "object" && shape !== null) checkFields(definition, shape, refuse);
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
