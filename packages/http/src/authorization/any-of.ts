import { isServiceError, UnauthenticatedError, type Principal } from "@plinth/core";
import { readThrown } from "@plinth/core/errors";
import { Authorizer, type AuthorizationRequest } from "./authorizer.ts";
import { noteJudge } from "./caller-credentials.ts";
import type { SecurityScheme } from "./security-scheme.ts";

/** How much an error tells: a failure to judge over a judgement, that over "nothing was sent". */
function weight(error: unknown): number {
  if (!isServiceError(error, "unauthenticated")) return 2;
  return readThrown(error.details, "reason") === "missing_credentials" ? 0 : 1;
}

class AnyOf extends Authorizer {
  override readonly schemes: readonly SecurityScheme[];
  readonly #authorizers: readonly Authorizer[];

  constructor(authorizers: readonly Authorizer[]) {
    super();
    this.#authorizers = authorizers;
    const schemes = authorizers.flatMap((authorizer) => authorizer.schemes);
    this.schemes = [...new Map(schemes.map((scheme) => [scheme.name, scheme])).values()];
  }

  override async authorize(request: AuthorizationRequest): Promise<Principal> {
    let worst: unknown = new UnauthenticatedError("Nobody judges credentials here.");
    let worstWeight = -1;
    for (const authorizer of this.#authorizers) {
      try {
        const principal = await authorizer.authorize(request);
        noteJudge(request, authorizer);
        return principal;
      } catch (error) {
        if (weight(error) > worstWeight) {
          worst = error;
          worstWeight = weight(error);
        }
      }
    }
    throw worst;
  }

  override async prepare(): Promise<void> {
    for (const authorizer of this.#authorizers) await authorizer.prepare();
  }
}

/**
 * Lets in whom one of several authorizers accepts. They are asked in order, until one does.
 *
 * When none does, the error that tells most is thrown: one that could not judge (`unavailable`) or
 * that denies a caller it knows, else one that found credentials wrong, else one that found none.
 *
 * @param authorizers at least one
 */
export function anyOf(authorizers: readonly [Authorizer, ...Authorizer[]]): Authorizer {
  return new AnyOf(authorizers);
}
