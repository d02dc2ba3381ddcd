import { createHash } from "node:crypto";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import {
  collectionsOf,
  type DeclaredRepository,
  type PlacedRepository,
} from "../repository/declared-repository.ts";
import { attributes } from "./item.ts";
import { type TableDefinition, tableDefinition } from "./table-definition.ts";

/** Options of {@link dynamoDbTemplate}. */
export interface DynamoDbTemplateOptions {
  /** The description of the template. Default: "Tables of Plinth repositories". */
  readonly description?: string | undefined;
  /** Whether the tables have deletion protection. Default: true. */
  readonly deletionProtection?: boolean | undefined;
  /** Whether the tables can be restored to any second of the last 35 days. Default: true. */
  readonly pointInTimeRecovery?: boolean | undefined;
}

/** A CloudFormation template with one table per repository. `JSON.stringify` makes the file. */
export interface DynamoDbTemplate {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Description: string;
  readonly Resources: Readonly<Record<string, DynamoDbTableResource>>;
}

/** A table in CloudFormation. The table and its records outlive the stack. */
export interface DynamoDbTableResource {
  readonly Type: "AWS::DynamoDB::Table";
  readonly DeletionPolicy: "Retain";
  readonly UpdateReplacePolicy: "Retain";
  readonly Properties: Omit<TableDefinition, "TableName"> & {
    readonly TableName: string;
    readonly TimeToLiveSpecification?: {
      readonly AttributeName: string;
      readonly Enabled: true;
    };
    readonly DeletionProtectionEnabled: boolean;
    readonly PointInTimeRecoverySpecification: {
      readonly PointInTimeRecoveryEnabled: boolean;
    };
  };
}

/**
 * Makes the CloudFormation template of repositories on DynamoDB: the tables that the driver checks at start,
 * with their indexes and time to live. Applying it again changes nothing. CloudFormation adds one index of a
 * table per update: declare new ones one deployment at a time.
 *
 * Throws a `DeclarationError` if two repositories have the same table.
 *
 * @param repositories Repository classes, or `{ repository, collection }` if the table has another name.
 * @returns The same for the same declarations.
 */
export function dynamoDbTemplate(
  repositories: readonly (DeclaredRepository | PlacedRepository)[],
  options: DynamoDbTemplateOptions = {},
): DynamoDbTemplate {
  const { description = "Tables of Plinth repositories" } = options;
  const resources: Record<string, DynamoDbTableResource> = {};
  for (const collection of collectionsOf(repositories)) {
    const id = logicalId(collection.name);
    const isTaken = Object.hasOwn(resources, id);
    resources[isTaken ? id + digest(collection.name) : id] = tableResource(collection, options);
  }
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: description,
    Resources: resources,
  };
}

function tableResource(
  collection: CollectionDefinition,
  { deletionProtection = true, pointInTimeRecovery = true }: DynamoDbTemplateOptions,
): DynamoDbTableResource {
  const timeToLive = { AttributeName: attributes.timeToLive, Enabled: true } as const;
  return {
    Type: "AWS::DynamoDB::Table",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      ...tableDefinition(collection),
      TableName: collection.name,
      ...(collection.expires && { TimeToLiveSpecification: timeToLive }),
      DeletionProtectionEnabled: deletionProtection,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: pointInTimeRecovery },
    },
  };
}

// Letters and digits alone: "user-things" becomes UserThingsTable.
function logicalId(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return `${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("")}Table`;
}

/** Tells names apart that have the same {@link logicalId}, such as "user-things" and "userThings". */
function digest(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}
