import { Client } from "pg";

/** How long PGlite may take to start, in milliseconds: it is half a minute on a busy machine. */
export const slowStart = 120_000;

/** Runs statements on a server, through a connection of its own. */
export async function onServer<R>(url: string, body: (client: Client) => Promise<R>): Promise<R> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

/** Removes a Postgres schema with all that is in it. */
export async function dropSchema(url: string, schema: string): Promise<void> {
  await onServer(url, async (client) => {
    await client.query(`drop schema if exists "${schema}" cascade`);
  });
}
