import { postgresDriver } from "@plinth/data/postgres";
import type { Connect } from "../record.ts";
import { connectPlinth } from "./plinth.ts";

export const connect: Connect = (endpoint) => connectPlinth(postgresDriver({ url: endpoint }));
