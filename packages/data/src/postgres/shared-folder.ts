import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { EmbeddedDatabase } from "./embedded-database.ts";
import { lockFolder } from "./folder-lock.ts";
import type { OpenedDatabase } from "./pglite-client.ts";

interface SharedFolder {
  readonly database: Promise<EmbeddedDatabase>;
  readonly unlock: () => void;
  users: number;
}

const folders = new Map<string, SharedFolder>();
const closing = new Map<string, Promise<unknown>>();

/**
 * Opens the database in a folder, or shares it with drivers of this process that have opened it. The last one to
 * close it closes the database.
 *
 * @param path The folder.
 * @param create Opens the database itself.
 */
export async function openFolder(
  path: string,
  create: (folder: string) => Promise<EmbeddedDatabase>,
): Promise<OpenedDatabase> {
  const folder = resolve(path);
  // Another driver may be closing it.
  await closing.get(folder);
  const shared = folders.get(folder) ?? share(folder, create);
  shared.users += 1;
  try {
    const database = await shared.database;
    return { database, close: () => leave(folder, shared) };
  } catch (error) {
    await leave(folder, shared);
    throw error;
  }
}

function share(
  folder: string,
  create: (folder: string) => Promise<EmbeddedDatabase>,
): SharedFolder {
  const unlock = lockFolder(folder);
  const database = mkdir(dirname(folder), { recursive: true }).then(() => create(folder));
  const shared = { database, unlock, users: 0 };
  folders.set(folder, shared);
  return shared;
}

async function leave(folder: string, shared: SharedFolder): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0) return;
  folders.delete(folder);
  const closed = shared.database
    .then((database) => database.close())
    .finally(() => shared.unlock());
  closing.set(
    folder,
    closed.catch(() => undefined),
  );
  await closed;
  closing.delete(folder);
}
