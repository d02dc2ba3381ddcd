import { callsPart } from "./calls/calls-part.ts";
import { dataPart } from "./data/data-part.ts";
import { eventsPart } from "./events/events-part.ts";
import { growthPart } from "./growth/growth-part.ts";
import { httpPart } from "./http/http-part.ts";
import { loggingPart } from "./logging/logging-part.ts";
import { memoryPart } from "./memory/memory-part.ts";
import { soakPart } from "./soak/soak-part.ts";
import { startupPart } from "./startup/startup-part.ts";
import type { Part } from "./report/part.ts";

/** The parts in the order in which they run. */
export const parts: Readonly<Record<string, Part>> = {
  http: httpPart,
  logging: loggingPart,
  startup: startupPart,
  calls: callsPart,
  data: dataPart,
  events: eventsPart,
  memory: memoryPart,
  growth: growthPart,
  soak: soakPart,
};
