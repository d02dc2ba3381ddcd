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
  /** What the template says about itself. Default: that it has the tables of Plinth repositories. */
  readonly description?: string | undefined;
  /** Whether AWS refuses to delete the tables. Default: true. */
  readonly deletionProtection?: boolean | undefined;
  /** Whether AWS keeps what is needed to restore any second of the last 35 days. Default: true. */
  readonly pointInTimeRecovery?: boolean | undefined;
}

/** A CloudFormation template with one table for each repository; `JSON.stringify` makes the file. */
export interface DynamoDbTemplate {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Description: string;
  readonly Resources: Readonly<Record<string, DynamoDbTableResource>>;
}

/** A table as CloudFormation describes it. It outlives its stack, and what is stored in it does too. */
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
 * Writes the CloudFormation template of what repositories need on DynamoDB: the tables that the driver
 * checks for at start, with their indexes and time to live. Applying it again changes nothing.
 * CloudFormation adds one index of a table in one update: declare new ones one deployment at a time.
 *
 * Throws a `DeclarationError` when two repositories have the same table.
 *
 * @param repositories repository classes; `{ repository, collection }` where the table has another name
 * @returns the same for the same declarations
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

/** Tells apart what {@link logicalId} makes the same, such as "user-things" and "userThings". */
function digest(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}
