/**
 * The messages of access lines, each made once. They are few, and the logger recognizes a text faster if it
 * is the same object.
 */
export class AccessMessages {
  readonly #byRoute = new Map<string, Map<string, Map<number, string>>>();

  /** @param route the pattern of a route; there are too many paths to keep their messages */
  of(method: string, route: string, status: number): string {
    return this.#byRoute.get(route)?.get(method)?.get(status) ?? this.#add(method, route, status);
  }

  #add(method: string, route: string, status: number): string {
    const byMethod = this.#byRoute.get(route) ?? new Map<string, Map<number, string>>();
    const byStatus = byMethod.get(method) ?? new Map<number, string>();
    const message = `${method} ${route} ${status}`;
    this.#byRoute.set(route, byMethod.set(method, byStatus.set(status, message)));
    return message;
  }
}
