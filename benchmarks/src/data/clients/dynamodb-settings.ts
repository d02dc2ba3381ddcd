/** The same for every client of DynamoDB, which is otherwise as it comes. */
export function settings(endpoint: string) {
  return {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}
