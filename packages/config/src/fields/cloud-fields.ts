import * as z from "zod";
import { url } from "../parsers/url.ts";

/** The fields of `awsFields`. */
export type AwsFields = {
  readonly cloud: z.ZodType<"aws", "aws" | undefined>;
  readonly awsRegion: z.ZodType<string, string>;
  readonly awsEndpointUrlDynamodb: z.ZodType<string | undefined, string | URL | undefined>;
};

/** The additional fields of a service on AWS: `ThingConfig.extend(awsFields)`. */
export const awsFields: AwsFields = {
  cloud: z.literal("aws").default("aws").describe("Where the service runs and stores its records."),
  awsRegion: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'an AWS region such as "eu-central-1"')
    .meta({ expects: 'an AWS region such as "eu-central-1"' })
    .describe("Region of the AWS services, such as eu-central-1."),
  awsEndpointUrlDynamodb: url({ protocols: ["http", "https"] })
    .optional()
    .describe(
      "Endpoint of DynamoDB, such as that of DynamoDB Local. Default: the endpoint of the region.",
    ),
};

/** The fields of `gcpFields`. */
export type GcpFields = {
  readonly cloud: z.ZodType<"gcp", "gcp" | undefined>;
  readonly googleCloudProject: z.ZodType<string, string>;
  readonly firestoreEmulatorHost: z.ZodType<string | undefined, string | undefined>;
};

/** The additional fields of a service on Google Cloud: `ThingConfig.extend(gcpFields)`. */
export const gcpFields: GcpFields = {
  cloud: z.literal("gcp").default("gcp").describe("Where the service runs and stores its records."),
  googleCloudProject: z
    .string()
    .min(1)
    .meta({ expects: "the id of a Google Cloud project" })
    .describe("Id of the Google Cloud project."),
  firestoreEmulatorHost: z
    .string()
    .regex(/^[^\s/:]+:\d+$|^\[[^\]]+\]:\d+$/, 'a host and port such as "127.0.0.1:8080"')
    .optional()
    .describe("Host and port of a Firestore emulator. Default: Firestore itself."),
};
