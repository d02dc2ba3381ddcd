/** The configured endpoint; `undefined` if the region decides. */
export function configuredEndpoint(
  endpoint: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  return (
    endpoint ||
    environment["AWS_ENDPOINT_URL_DYNAMODB"] ||
    environment["AWS_ENDPOINT_URL"] ||
    undefined
  );
}

const credentialVariables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * Whether to sign with made-up credentials: only for an explicit endpoint on this machine, and without
 * credentials in the environment. Otherwise the SDK would look for the metadata server of a cloud, and fail
 * after a wait.
 */
export function wantsLocalCredentials(
  endpoint: string | undefined,
  environment: NodeJS.ProcessEnv,
): boolean {
  if (endpoint === undefined || !isLoopback(endpoint)) return false;
  return credentialVariables.every((name) => !environment[name]);
}

/** Whether a URL points at this machine itself. */
function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
