import { existsSync } from "node:fs";
import { join } from "node:path";
import { EngineMissingError, type EngineDefinition } from "./engine.ts";
import { requireJava, runProgram } from "./run-program.ts";

/** Google's Firestore emulator, from the Cloud SDK. */
export const firestore: EngineDefinition = {
  name: "firestore",
  install:
    "the Google Cloud SDK with its component cloud-firestore-emulator, and a Java runtime, version 11 or later (Debian: apt-get install google-cloud-cli-firestore-emulator default-jre-headless)",
  async prepare({ port }) {
    await requireJava();
    const jar = await emulatorJar();
    const host = `127.0.0.1:${port}`;
    return {
      command: "java",
      arguments: [
        // It formats numbers in its protocol by the machine's language otherwise.
        "-Duser.language=en",
        "-cp",
        jar,
        "com.google.cloud.datastore.emulator.firestore.CloudFirestore",
        "--host",
        "127.0.0.1",
        "--port",
        String(port),
      ],
      variables: { FIRESTORE_EMULATOR_HOST: host },
      isReady: (signal) => listDocuments(host, signal),
    };
  },
};

async function emulatorJar(): Promise<string> {
  const root = await runProgram("gcloud", ["info", "--format=value(installation.sdk_root)"]);
  const folder = join(root, "platform", "cloud-firestore-emulator");
  const jar = join(folder, "cloud-firestore-emulator.jar");
  if (!existsSync(jar)) throw new EngineMissingError("the Cloud SDK has no Firestore emulator");
  return jar;
}

async function listDocuments(host: string, signal: AbortSignal): Promise<void> {
  const path = "/v1/projects/plinth-engines/databases/(default)/documents/none";
  const response = await fetch(`http://${host}${path}`, { signal });
  if (!response.ok) throw new Error(`listing documents gave ${response.status}`);
}
