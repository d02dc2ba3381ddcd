import { createRequire } from "node:module";
import type { v1 } from "@google-cloud/secret-manager";
import { rethrow } from "@plinth/support/load-peer";
import {
  type FindVariable,
  loadClient,
  type SecretManager,
  SecretReadError,
} from "./secret-manager.ts";

const packageName = "@google-cloud/secret-manager";
/** Status codes of gRPC, as google.rpc.Code lists them. */
const notFound = 5;
const permissionDenied = 7;

/**
 * Opens Google Secret Manager through Google's client. `SECRET_MANAGER_EMULATOR_HOST`, a host and port,
 * makes it use a local server without encryption or credentials.
 */
export async function googleSecretManager(find: FindVariable): Promise<SecretManager> {
  const { SecretManagerServiceClient } = await loadClient(packageName, () =>
    import("@google-cloud/secret-manager").catch(rethrow),
  );
  const emulator = find("SECRET_MANAGER_EMULATOR_HOST");
  const client = new SecretManagerServiceClient(
    emulator === undefined ? {} : emulatorOptions(emulator),
  );
  return {
    async read(name, { timeout }) {
      try {
        const [answer] = await client.accessSecretVersion({ name }, { timeout });
        const data = answer.payload?.data ?? "";
        return typeof data === "string" ? data : new TextDecoder().decode(data);
      } catch (error) {
        throw describeGoogleError(error, name);
      }
    },
    close: () => client.close(),
  };
}

function emulatorOptions(
  host: string,
): NonNullable<ConstructorParameters<typeof v1.SecretManagerServiceClient>[0]> {
  const separator = host.lastIndexOf(":");
  // The client accepts credentials of its own copy of gRPC only, which is resolved from its folder.
  const fromClient = createRequire(createRequire(import.meta.url).resolve(packageName));
  const { grpc } = fromClient("google-gax") as {
    grpc: { credentials: { createInsecure(): never } };
  };
  return {
    apiEndpoint: host.slice(0, separator),
    // Without it the client asks the metadata server, which only machines in the cloud have.
    projectId: "emulator",
    port: Number(host.slice(separator + 1)),
    sslCreds: grpc.credentials.createInsecure(),
  };
}

/** An error of the client as one sentence. Its gRPC code tells which error it is. */
function describeGoogleError(error: unknown, name: string): SecretReadError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const message = error instanceof Error ? error.message.slice(0, 200) : "no reason was given.";
  let reason = `Google Secret Manager could not be asked for "${name}": ${message}`;
  if (code === notFound) reason = `Google Secret Manager has no secret version "${name}".`;
  if (code === permissionDenied) {
    reason = `Google denies access to "${name}": the account needs roles/secretmanager.secretAccessor on it.`;
  }
  return new SecretReadError(reason, { cause: error });
}
