import type * as Aws from "@aws-sdk/client-secrets-manager";
import { rethrow } from "@plinth/support/load-peer";
import {
  type FindVariable,
  loadClient,
  type SecretManager,
  SecretReadError,
} from "./secret-manager.ts";

const packageName = "@aws-sdk/client-secrets-manager";

/**
 * Opens AWS Secrets Manager through Amazon's SDK. Region, endpoint and keys come from the layers, so that an
 * `.env` file can set them. The SDK finds those that no layer sets.
 */
export async function awsSecretManager(find: FindVariable): Promise<SecretManager> {
  const { SecretsManagerClient, GetSecretValueCommand } = await loadClient(packageName, () =>
    import("@aws-sdk/client-secrets-manager").catch(rethrow),
  );
  const client = new SecretsManagerClient(clientOptions(find));
  return {
    async read(name, { signal }) {
      try {
        const answer = await client.send(new GetSecretValueCommand({ SecretId: name }), {
          abortSignal: signal,
        });
        if (answer.SecretString !== undefined) return answer.SecretString;
        return new TextDecoder().decode(answer.SecretBinary);
      } catch (error) {
        throw describeAwsError(error, name);
      }
    },
    // eslint-disable-next-line typescript/require-await -- the SDK closes synchronously
    async close() {
      client.destroy();
    },
  };
}

function clientOptions(find: FindVariable): Aws.SecretsManagerClientConfig {
  const region = find("AWS_REGION");
  const endpoint = find("AWS_ENDPOINT_URL_SECRETS_MANAGER") ?? find("AWS_ENDPOINT_URL");
  const accessKeyId = find("AWS_ACCESS_KEY_ID");
  const secretAccessKey = find("AWS_SECRET_ACCESS_KEY");
  const sessionToken = find("AWS_SESSION_TOKEN");
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : {
          credentials: {
            accessKeyId,
            secretAccessKey,
            ...(sessionToken === undefined ? {} : { sessionToken }),
          },
        }),
  };
}

/** An error of the SDK as one sentence. Its name tells which error it is. */
function describeAwsError(error: unknown, name: string): SecretReadError {
  const code = error instanceof Error ? error.name : "unknown";
  const reasons: Readonly<Record<string, string>> = {
    ResourceNotFoundException: `AWS Secrets Manager has no secret "${name}" in this region.`,
    AccessDeniedException: `AWS denies access to "${name}": the role needs secretsmanager:GetSecretValue on it.`,
    DecryptionFailure: `AWS could not decrypt "${name}": the role needs kms:Decrypt on its key.`,
    CredentialsProviderError: `no AWS credentials were found to read "${name}" with.`,
  };
  const reason =
    reasons[code] ??
    `AWS Secrets Manager could not be asked for "${name}" (${code}): ${messageOf(error)}`;
  return new SecretReadError(reason, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : "no reason was given.";
}
