import { createRequire } from "node:module";
import {
  loadPackageDefinition,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  status,
} from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";

const require = createRequire(import.meta.url);

interface Asked {
  readonly name: string;
}

interface Given {
  readonly name: string;
  readonly payload: { readonly data: Buffer };
}

/**
 * A local server of Google Secret Manager's published interface, made from the definitions that the
 * client package carries. Names with `denied` and `silent` are refused and never answered.
 */
export async function startGoogleServer(
  secrets: Readonly<Record<string, string>>,
): Promise<{ host: string; stop: () => void }> {
  const definition = fromJSON(require("@google-cloud/secret-manager/build/protos/protos.json"));
  const service = definition["google.cloud.secretmanager.v1.SecretManagerService"];
  const packages = loadPackageDefinition({ Service: service } as typeof definition);
  const server = new Server();
  server.addService((packages["Service"] as ServiceClientConstructor).service, {
    AccessSecretVersion(call: ServerUnaryCall<Asked, Given>, answer: sendUnaryData<Given>) {
      const { name } = call.request;
      const text = secrets[name];
      if (name.includes("silent")) return;
      if (name.includes("denied")) {
        answer({ code: status.PERMISSION_DENIED, details: "Permission denied on resource." });
      } else if (text === undefined) {
        answer({ code: status.NOT_FOUND, details: `Secret [${name}] not found.` });
      } else {
        answer(null, { name, payload: { data: Buffer.from(text) } });
      }
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { host: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
