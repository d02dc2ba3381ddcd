import {
  isContract,
  type AnyServiceClass,
  type Binder,
  type Binding,
  type BindingBuilder,
  type Token,
} from "@plinth/core";

/** A contract, and the token under which its implementation is bound instead. */
export interface Redirected {
  readonly service: AnyServiceClass;
  readonly served: AnyServiceClass;
}

/** The same contract under another token. */
function derivedContract(service: AnyServiceClass): AnyServiceClass {
  abstract class Served extends service {}
  Object.defineProperty(Served, "name", { value: `Served${service.name}` });
  return Served;
}

/**
 * A binder that binds every contract under another token, and hands all else on.
 */
export class RedirectingBinder implements Binder {
  readonly #binder: Binder;
  readonly #installed = new Set<Binding>();
  readonly #redirected = new Map<unknown, Redirected>();

  constructor(binder: Binder) {
    this.#binder = binder;
  }

  /** The contracts that have been bound so far. */
  get redirected(): readonly Redirected[] {
    return [...this.#redirected.values()];
  }

  bind<T>(token: Token<T>): BindingBuilder<T> {
    if (!isContract(token)) return this.#binder.bind(token);
    const known = this.#redirected.get(token);
    const entry = known ?? { service: token, served: derivedContract(token) };
    this.#redirected.set(token, entry);
    return this.#binder.bind(entry.served as unknown as Token<T>);
  }

  rebind<T>(token: Token<T>): BindingBuilder<T> {
    const entry = this.#redirected.get(token);
    return this.#binder.rebind(entry === undefined ? token : (entry.served as unknown as Token<T>));
  }

  bindMany<T>(token: Token<T>): BindingBuilder<T> {
    return this.#binder.bindMany(token);
  }

  install(binding: Binding): void {
    if (this.#installed.has(binding)) return;
    this.#installed.add(binding);
    binding(this);
  }
}
