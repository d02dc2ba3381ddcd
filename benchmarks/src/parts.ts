import { callsPart } from "./calls/calls-part.ts";
import { httpPart } from "./http/http-part.ts";
import { loggingPart } from "./logging/logging-part.ts";
import type { Part } from "./report/part.ts";

/** The parts in the order in which they run. */
export const parts: Readonly<Record<string, Part>> = {
  http: httpPart,
  logging: loggingPart,
  calls: callsPart,
};
