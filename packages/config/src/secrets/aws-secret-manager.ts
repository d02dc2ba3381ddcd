import type * as Aws from "@aws-sdk/client-secrets-manager";
import type { Layers } from "../sources/layers.ts";
import { loadPackage, rethrow, type SecretManager, SecretReadError } from "./secret-manager.ts";

const packageName = "@aws-sdk/client-secrets-manager";

/**
 * Opens AWS Secrets Manager through Amazon's SDK. Region, endpoint and keys are taken from the
 * layers, so that what stands in an `.env` file works too; otherwise the SDK finds its own.
 */
export async function awsSecretManager(layers: Layers): Promise<SecretManager> {
  const { SecretsManagerClient, GetSecretValueCommand } = await loadPackage(packageName, () =>
    import("@aws-sdk/client-secrets-manager").catch(rethrow),
  );
  const client = new SecretsManagerClient(clientOptions(layers));
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
    // eslint-disable-next-line typescript/require-await -- the SDK closes at once
    async close() {
      client.destroy();
    },
  };
}

function clientOptions(layers: Layers): Aws.SecretsManagerClientConfig {
  const text = (variable: string): string | undefined => layers.find(variable)?.text;
  const region = text("AWS_REGION");
  const endpoint = text("AWS_ENDPOINT_URL_SECRETS_MANAGER") ?? text("AWS_ENDPOINT_URL");
  const accessKeyId = text("AWS_ACCESS_KEY_ID");
  const secretAccessKey = text("AWS_SECRET_ACCESS_KEY");
  const sessionToken = text("AWS_SESSION_TOKEN");
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

/** An error of the SDK as one sentence, by its published error names. */
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
