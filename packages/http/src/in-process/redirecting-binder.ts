import {
  isContract,
  type AnyServiceClass,
  type Binder,
  type Binding,
  type BindingBuilder,
  type Token,
} from "@plinth/core";

/** A contract, and the other token under which its implementation is bound. */
export interface Redirected {
  readonly service: AnyServiceClass;
  readonly served: AnyServiceClass;
}

/** The same contract under another token. */
function derivedContract(service: AnyServiceClass, prefix: string): AnyServiceClass {
  abstract class Served extends service {}
  Object.defineProperty(Served, "name", { value: `${prefix}${service.name}` });
  return Served;
}

/**
 * A binder that binds each contract under another token. All other tokens are bound as they are.
 */
export class RedirectingBinder implements Binder {
  readonly #binder: Binder;
  readonly #installed = new Set<Binding>();
  readonly #redirected = new Map<unknown, Redirected>();

  readonly #prefix: string;
  readonly #bound = new Set<unknown>();

  /** @param prefix begins the names of the other tokens */
  constructor(binder: Binder, prefix: string) {
    this.#binder = binder;
    this.#prefix = prefix;
  }

  /** Whether a token has been bound so far. */
  has(token: Token<unknown>): boolean {
    return this.#bound.has(token);
  }

  /** The contracts that have been bound so far. */
  get redirected(): readonly Redirected[] {
    return [...this.#redirected.values()];
  }

  bind<T>(token: Token<T>): BindingBuilder<T> {
    this.#bound.add(token);
    if (!isContract(token)) return this.#binder.bind(token);
    const known = this.#redirected.get(token);
    const entry = known ?? { service: token, served: derivedContract(token, this.#prefix) };
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
