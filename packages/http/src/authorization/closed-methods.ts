import { describeContract, type AnyServiceClass } from "@plinth/core";

/** The methods of contracts that need a principal, such as `things.createThing`. */
export function closedMethods(services: readonly AnyServiceClass[]): string[] {
  return services
    .map(describeContract)
    .flatMap(({ name, methods }) =>
      methods.filter((method) => !method.public).map((method) => `${name}.${method.name}`),
    );
}

const shownMethods = 10;

/** The advice for closed methods that are served without an authorizer. */
export function authorizerAdvice(closed: readonly string[]): string {
  const shown = closed.slice(0, shownMethods).join(", ");
  const more = closed.length > shownMethods ? ` and ${closed.length - shownMethods} more` : "";
  return [
    `The server is to serve methods that are closed: ${shown}${more}.`,
    "Fix: bind an Authorizer, such as bind(Authorizer).toValue(new ApiKeyAuthorizer(...));",
    "or declare methods that anybody may call as `public: true` in the contract;",
    'or open all of them on purpose, with bindHttp({ authorization: "none" }).',
  ].join("\n");
}
