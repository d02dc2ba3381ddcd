/**
 * A declaration that cannot be meant: of a contract, a repository, an event, a subscription. It is a
 * mistake in the program, thrown where the declaration is made. It is no `ServiceError`, so that no
 * caller of a service ever sees it as a fault of the caller's own.
 */
export class DeclarationError extends TypeError {
  override readonly name: string = "DeclarationError";
}
