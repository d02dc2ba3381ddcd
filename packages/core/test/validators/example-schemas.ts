import { describeContract, isContract } from "../../src/contract/index.ts";
import type { $ZodType } from "zod/v4/core";
import * as apiKeyApi from "../../../../examples/api-keys/src/api/index.ts";
import * as apiKeyData from "../../../../examples/api-keys/src/data/api-key-repository.ts";
import * as thingApi from "../../../../examples/thing-service/src/api/index.ts";
import * as thingData from "../../../../examples/thing-service/src/data/thing-repository.ts";
import * as userApi from "../../../../examples/users-accounts/src/api/index.ts";
import * as accountData from "../../../../examples/users-accounts/src/data/account-repository.ts";
import * as membershipData from "../../../../examples/users-accounts/src/data/membership-repository.ts";
import * as userData from "../../../../examples/users-accounts/src/data/user-repository.ts";
import type { ZooEntry } from "./schema-zoo.ts";

const modules = {
  "api-keys": { ...apiKeyApi, ...apiKeyData },
  "thing-service": { ...thingApi, ...thingData },
  "users-accounts": { ...userApi, ...accountData, ...membershipData, ...userData },
};

// The hash of a key, and the name of a person.
const texts = ["0123456789abcdef".repeat(4), "a".repeat(64), "Ann", "thing_kettle"];

function schemasOf(name: string, exported: unknown): [string, $ZodType][] {
  if (isContract(exported)) {
    return describeContract(exported).methods.flatMap((method): [string, $ZodType][] => [
      [`${name}.${method.name}, input`, method.input],
      [`${name}.${method.name}, output`, method.output],
    ]);
  }
  const { definition, _zod } = exported as { definition?: { schema?: $ZodType }; _zod?: unknown };
  if (definition?.schema !== undefined) return [[`${name}, record`, definition.schema]];
  return _zod === undefined ? [] : [[name, exported as $ZodType]];
}

/** The schemas of the examples: records, and the inputs and outputs of contracts. */
export const exampleSchemas: ReadonlyMap<string, ZooEntry> = new Map(
  Object.entries(modules).flatMap(([example, exports]) =>
    Object.entries(exports)
      .flatMap(([name, exported]) => schemasOf(name, exported))
      .map(([name, schema]): [string, ZooEntry] => [`${example}: ${name}`, { schema, texts }]),
  ),
);
