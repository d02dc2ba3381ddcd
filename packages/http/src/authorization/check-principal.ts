import {
  InternalError,
  PermissionDeniedError,
  type MethodDescription,
  type Principal,
} from "@plinth/core";

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/**
 * Checks what an authorizer returned, which JavaScript does not: it may be nothing, or its scopes may be one
 * text, like OAuth's claim `scope`. A search in that text would find each scope that is part of another one.
 *
 * @throws InternalError because the authorizer is at fault, not the caller
 */
export function checkPrincipal(principal: Principal | undefined): asserts principal is Principal {
  if (typeof principal?.id !== "string") {
    throw new InternalError("The authorizer gave no principal with a text as its id.");
  }
  const scopes: unknown = principal.scopes;
  if (scopes !== undefined && !isListOfTexts(scopes)) {
    throw new InternalError(
      `The authorizer gave scopes that are not a list of texts but ${Array.isArray(scopes) ? "a list with other things in it" : `of the type ${typeof scopes}`}: split a text at its spaces.`,
    );
  }
}

/**
 * Refuses a principal that lacks scopes of a method.
 *
 * @throws PermissionDeniedError that names the missing scopes, also in its details
 */
export function checkScopes(method: MethodDescription, principal: Principal): void {
  const granted = new Set(principal.scopes);
  const missing = method.scopes.filter((scope) => !granted.has(scope));
  if (missing.length === 0) return;
  throw new PermissionDeniedError(
    `The credentials lack ${missing.length === 1 ? "the scope" : "the scopes"} ${missing.join(", ")}.`,
    { details: { missingScopes: missing } },
  );
}
