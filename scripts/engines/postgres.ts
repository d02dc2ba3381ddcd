import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, readdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { EngineMissingError, type EngineDefinition, type EngineOwner } from "./engine.ts";
import { runProgram } from "./run-program.ts";

/** PostgreSQL with a data folder of its own, which goes away with it. */
export const postgres: EngineDefinition = {
  name: "postgres",
  install: "PostgreSQL, version 15 or later (Debian: apt-get install postgresql)",
  owner: unprivilegedOwner,
  async prepare({ port, dataFolder, owner }) {
    const programs = await programFolder();
    const password = randomBytes(16).toString("hex");
    const passwordFile = join(dataFolder, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (owner !== undefined) await chown(passwordFile, owner.uid, owner.gid);
    const cluster = join(dataFolder, "cluster");
    await runProgram(
      join(programs, "initdb"),
      [
        "-D",
        cluster,
        "-U",
        "postgres",
        "-A",
        "scram-sha-256",
        "--pwfile",
        passwordFile,
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
      ],
      { folder: dataFolder, ...(owner && { owner }) },
    );
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: dataFolder,
      // The data does not outlive the run, so that waiting for the disk buys nothing.
      fsync: "off",
      full_page_writes: "off",
      synchronous_commit: "off",
    };
    return {
      command: join(programs, "postgres"),
      arguments: [
        "-D",
        cluster,
        "-p",
        String(port),
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      // TERM would wait until the last client has gone.
      stopSignal: "INT",
      variables: { TEST_DATABASE_URL: url },
      isReady: async () => {
        const psql = join(programs, "psql");
        await runProgram(psql, ["-X", "-A", "-t", "-c", "select 1", url], { timeout: 5000 });
      },
    };
  },
};

/** PostgreSQL refuses to be run by root; its Debian package brings a user for it. */
async function unprivilegedOwner(): Promise<EngineOwner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (option) => Number(await runProgram("id", [option, "postgres"]))),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch (error) {
    throw new EngineMissingError(
      "root may not run PostgreSQL, and there is no user postgres to run it instead",
      { cause: error },
    );
  }
}

/** Debian keeps the server's programs off the search path, one folder for each version. */
async function programFolder(): Promise<string> {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? await readdir(debian) : [];
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a));
  const configured = await runProgram("pg_config", ["--bindir"]).catch(() => undefined);
  const candidates = [
    configured,
    ...newestFirst.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  const found = candidates.find((folder) => folder && existsSync(join(folder, "initdb")));
  if (!found) throw new EngineMissingError('there is no program "initdb"');
  return found;
}
