import { DeclarationError } from "../errors/declaration-error.ts";
import type { Binder, Binding, BindingBuilder, BindingOptions, Resource } from "./binder.ts";
import type { BindingMode, Definition, Target } from "./definition.ts";
import { recordedDependencies } from "./recorded-dependencies.ts";
import {
  requireToken,
  requireTokens,
  shownValue,
  tokenName,
  type AbstractClass,
  type Class,
  type Token,
  type TokenValues,
} from "./token.ts";

/** A `bind` call without a target. */
export interface UnfinishedBinding {
  readonly token: Token<unknown>;
  readonly source: string;
}

/** The bindings that a list of binding functions made. */
export interface Recording {
  readonly definitions: readonly Definition[];
  readonly unfinished: readonly UnfinishedBinding[];
}

type WithoutOrigin = Pick<Definition, "target" | "scope" | "dependencies">;

class RecordingBuilder<T> implements BindingBuilder<T> {
  readonly #token: Token<unknown>;
  readonly #finish: (definition: WithoutOrigin) => void;

  constructor(token: Token<T>, finish: (definition: WithoutOrigin) => void) {
    this.#token = token;
    this.#finish = finish;
  }

  toClass(implementation: Class<T>, options: BindingOptions = {}): void {
    if (typeof implementation !== "function") {
      throw new DeclarationError(
        `${tokenName(this.#token)} is bound to ${String(implementation)} instead of a class. ` +
          "Two modules probably import each other.",
      );
    }
    const target: AbstractClass<unknown> = implementation;
    const { tokens } = recordedDependencies(target);
    this.#add({ kind: "class", implementation: target }, options, [...tokens]);
  }

  toValue(value: T): void {
    this.#add({ kind: "value", value }, {}, []);
  }

  toFactory<const D extends readonly Token<unknown>[]>(
    dependencies: D,
    create: (...values: TokenValues<D>) => T,
    options: BindingOptions = {},
  ): void {
    this.#check(dependencies, create, "a function that makes it");
    const factory = create as unknown as (...values: unknown[]) => unknown;
    this.#add({ kind: "factory", create: factory }, options, dependencies);
  }

  toResource<const D extends readonly Token<unknown>[]>(
    dependencies: D,
    resource: Resource<T, TokenValues<D>>,
  ): void {
    const made = resource as { readonly create?: unknown } | undefined;
    this.#check(dependencies, made?.create, "a resource with the function create");
    const erased = resource as unknown as Resource<unknown, unknown[]>;
    this.#add({ kind: "resource", resource: erased }, {}, dependencies);
  }

  toAlias(token: Token<T>): void {
    requireToken(token, `The alias of ${tokenName(this.#token)}`);
    this.#add({ kind: "alias", token }, {}, [token]);
  }

  #check(dependencies: unknown, create: unknown, expected: string): void {
    const name = tokenName(this.#token);
    requireTokens(
      dependencies,
      (index) => `Dependency ${index + 1} of the binding of ${name}`,
      name,
    );
    if (typeof create !== "function") {
      throw new DeclarationError(
        `The binding of ${name} takes ${expected} after the dependencies; what it got is ${shownValue(create)}.`,
      );
    }
  }

  #add(target: Target, options: BindingOptions, dependencies: Definition["dependencies"]): void {
    this.#finish({ target, scope: options.scope ?? "singleton", dependencies });
  }
}

/** Records the calls of binding functions, in order. */
class BindingRecorder implements Binder {
  readonly #definitions: Definition[] = [];
  readonly #unfinished = new Set<UnfinishedBinding>();
  readonly #installed = new Set<Binding>();
  #source = "";
  #closed = false;

  /** Called after all binding functions: a later call of the binder is an error. */
  close(): void {
    this.#closed = true;
  }

  get recording(): Recording {
    return { definitions: this.#definitions, unfinished: [...this.#unfinished] };
  }

  bind<T>(token: Token<T>): BindingBuilder<T> {
    return this.#builder(token, "bind");
  }

  rebind<T>(token: Token<T>): BindingBuilder<T> {
    return this.#builder(token, "rebind");
  }

  bindMany<T>(token: Token<T>): BindingBuilder<T> {
    return this.#builder(token, "many");
  }

  install(binding: Binding): void {
    if (this.#installed.has(binding)) return;
    if (typeof binding !== "function") {
      throw new DeclarationError(
        `A binding is a function that takes a binder; got ${String(binding)}.`,
      );
    }
    this.#installed.add(binding);
    const outer = this.#source;
    this.#source = binding.name;
    try {
      const result: unknown = binding(this);
      if (result instanceof Promise) {
        result.catch(() => undefined);
        throw new DeclarationError(
          `The binding ${binding.name} is asynchronous. Bindings only say what is bound: ` +
            "move what has to be awaited into toResource({ create }).",
        );
      }
    } finally {
      this.#source = outer;
    }
  }

  #builder<T>(token: Token<T>, mode: BindingMode): BindingBuilder<T> {
    requireToken(token, `A token bound in ${this.#source || "a binding"}`);
    if (this.#closed) {
      throw new DeclarationError(
        `${tokenName(token)} is bound too late: bindings are taken while the binding function runs, ` +
          "not from a callback or after an await.",
      );
    }
    const source = this.#source;
    const started: UnfinishedBinding = { token, source };
    this.#unfinished.add(started);
    return new RecordingBuilder(token, (definition) => {
      this.#unfinished.delete(started);
      this.#definitions.push({ token, mode, source, ...definition });
    });
  }
}

/** Runs binding functions and records their bindings. No instance is made. */
export function recordBindings(bindings: readonly Binding[]): Recording {
  const recorder = new BindingRecorder();
  for (const binding of bindings) recorder.install(binding);
  recorder.close();
  return recorder.recording;
}
