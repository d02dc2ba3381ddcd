import { dynamoDbDriver } from "@plinth/data/dynamodb";
import type { Connect } from "../record.ts";
import { connectPlinth } from "./plinth.ts";

export const connect: Connect = (endpoint) => {
  process.env["AWS_ACCESS_KEY_ID"] = "local";
  process.env["AWS_SECRET_ACCESS_KEY"] = "local";
  return connectPlinth(dynamoDbDriver({ endpoint, region: "us-east-1" }));
};
