import { engineEndpoint, type EngineLookup } from "../engines/engine-endpoint.ts";
import type { SpaceDefinition } from "./engine-space.ts";
import { missingEngine } from "./missing-engine.ts";

/** A schema of its own. */
export async function postgresSpace(id: string, lookup: EngineLookup): Promise<SpaceDefinition> {
  const endpoint = engineEndpoint("postgres", lookup) ?? missingEngine("postgres");
  return {
    endpoint,
    name: (collection) => collection,
    environment: { DATABASE_URL: endpoint, DATABASE_SCHEMA: id },
    openDriver: async () => {
      const { postgresDriver } = await import("@plinth/data/postgres");
      return postgresDriver({ url: endpoint, schema: id });
    },
    drop: async () => {
      const { default: postgres } = await import("pg");
      const client = new postgres.Client({ connectionString: endpoint });
      await client.connect();
      try {
        await client.query(`drop schema if exists ${client.escapeIdentifier(id)} cascade`);
      } finally {
        await client.end();
      }
    },
  };
}
