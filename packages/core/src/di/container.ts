import "../reflect.ts";
import * as tsyringe from "tsyringe";

import { currentRequestScope, expectRequestScope } from "../context/request-scope.ts";
import { isContract, localCall } from "../contract/index.ts";
import { DeclarationError } from "../errors/declaration-error.ts";
import type { Definition } from "./definition.ts";
import { tsyringeToken } from "./recorded-dependencies.ts";
import { disposerOf } from "./disposer-of.ts";
import { follow, type Graph } from "./graph.ts";
import { isTypedToken, tokenName, type Token } from "./token.ts";

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An empty container of tsyringe. It falls back to tsyringe's global container. */
export function createTsyringeContainer(): tsyringe.DependencyContainer {
  return tsyringe.container.createChildContainer();
}

/**
 * Makes and keeps the instances of a checked graph. Tokens are resolved through tsyringe's container; this class
 * decides which instance a token has, how long it lives and when it is disposed of.
 */
export class Container {
  readonly #tsyringe: tsyringe.DependencyContainer;
  readonly #graph: Graph;
  readonly #onDisposeFailure: (name: string, error: unknown) => void;
  readonly #singletons = new Map<Definition, unknown>();
  readonly #checked = new Map<Token<unknown>, WeakMap<object, object>>();
  readonly #beingMade = new Set<Definition>();
  readonly #made: [Definition, object][] = [];
  readonly #opening = new Map<Definition, Promise<unknown>>();

  /** @param onDisposeFailure Called if an instance cannot be disposed of at the end of a request. */
  constructor(
    container: tsyringe.DependencyContainer,
    graph: Graph,
    onDisposeFailure: (name: string, error: unknown) => void,
  ) {
    this.#tsyringe = container;
    this.#graph = graph;
    this.#onDisposeFailure = onDisposeFailure;
    if (graph.definitions.some(({ scope }) => scope === "request")) expectRequestScope();
    for (const definition of graph.single.values()) {
      this.#register(definition.token, () => this.instanceOf(definition));
    }
    for (const { dependencies } of graph.definitions) {
      for (const token of dependencies) {
        if (token !== undefined && isTypedToken(token) && token.selection !== undefined) {
          this.#register(token, () => this.resolve(token));
        }
      }
    }
  }

  /** The singletons made for `toClass` and `toFactory`, in the order of creation. */
  get made(): readonly (readonly [Definition, object])[] {
    return this.#made;
  }

  /** Whether a token has a binding. */
  has(token: Token<unknown>): boolean {
    return (
      follow(this.#graph, token).fault === undefined ||
      this.#tsyringe.isRegistered(tsyringeToken(token))
    );
  }

  /** Resolves a token that is bound, as the check of the graph has found. */
  resolve<T>(token: Token<T>): T {
    const selection = isTypedToken(token) ? token.selection : undefined;
    if (selection === undefined) return this.#tsyringe.resolve<T>(tsyringeToken(token));
    if (selection.kind === "provider") return (() => this.resolve(selection.token)) as T;
    if (selection.kind === "required") return this.resolve(selection.token) as T;
    const definitions = this.#graph.many.get(selection.token) ?? [];
    return definitions.map((definition) => this.instanceOf(definition)) as T;
  }

  /**
   * The instance of a definition, in the current request. An instance of a contract is behind its checks, however
   * it was bound: callers cannot tell the difference.
   */
  instanceOf(definition: Definition): unknown {
    const { token } = definition;
    const instance = this.#bareInstanceOf(definition);
    if (!isContract(token) || !isObject(instance)) return instance;
    let known = this.#checked.get(token);
    if (known === undefined) {
      known = new WeakMap();
      this.#checked.set(token, known);
    }
    let checked = known.get(instance);
    if (checked === undefined) {
      checked = localCall(token, instance);
      known.set(instance, checked);
    }
    return checked;
  }

  /** The instance of a definition, without the checks of a contract. */
  #bareInstanceOf(definition: Definition): unknown {
    const { target, scope } = definition;
    if (target.kind === "value") return target.value;
    if (target.kind === "alias") return this.resolve(target.token);
    if (scope === "transient") return this.#make(definition);
    if (scope === "request") return this.#forRequest(definition);
    if (this.#singletons.has(definition)) return this.#singletons.get(definition);
    if (target.kind === "resource") {
      throw new Error(
        `${tokenName(definition.token)} is not open yet: it is opened when the app starts.`,
      );
    }
    const instance = this.#make(definition);
    this.#singletons.set(definition, instance);
    return instance;
  }

  /** Opens a resource, once however often it is called. */
  open(definition: Definition): Promise<unknown> {
    const known = this.#opening.get(definition);
    if (known !== undefined) return known;
    const opening = this.#open(definition);
    this.#opening.set(definition, opening);
    return opening;
  }

  async #open(definition: Definition): Promise<unknown> {
    if (definition.target.kind !== "resource") return this.instanceOf(definition);
    const value = await definition.target.resource.create(...this.#dependencies(definition));
    this.#singletons.set(definition, value);
    return value;
  }

  #register(token: Token<unknown>, useFactory: () => unknown): void {
    this.#tsyringe.register(tsyringeToken(token), { useFactory });
  }

  #forRequest(definition: Definition): unknown {
    const scope = currentRequestScope();
    if (scope === undefined) {
      throw new Error(
        `${tokenName(definition.token)} lives as long as a request, and there is none here: ` +
          "resolve it while a request is handled, inside runWithContext.",
      );
    }
    const { instances } = scope;
    if (instances.has(definition)) return instances.get(definition);
    const instance = this.#make(definition);
    instances.set(definition, instance);
    return instance;
  }

  /** Disposes of an instance at the end of its request. A failure does not stop the others. */
  #disposeAtEnd(name: string, instance: unknown): void {
    const dispose = disposerOf(instance);
    if (dispose === undefined) return;
    currentRequestScope()?.disposers.push(async () => {
      try {
        await dispose();
      } catch (error) {
        this.#onDisposeFailure(name, error);
      }
    });
  }

  #dependencies(definition: Definition): unknown[] {
    return definition.dependencies.map((token) => this.resolve(token as Token<unknown>));
  }

  #make(definition: Definition): unknown {
    const name = tokenName(definition.token);
    if (this.#beingMade.has(definition)) {
      throw new Error(`${name} is asked for while it is being made: call its provider later.`);
    }
    this.#beingMade.add(definition);
    try {
      const dependencies = this.#dependencies(definition);
      const instance = this.#construct(definition, dependencies);
      // A factory that returns one of its dependencies does not own it.
      const passedOn = dependencies.includes(instance);
      if (definition.scope === "singleton" && isObject(instance) && !passedOn) {
        this.#made.push([definition, instance]);
      }
      if (definition.scope === "request" && !passedOn) this.#disposeAtEnd(name, instance);
      return instance;
    } finally {
      this.#beingMade.delete(definition);
    }
  }

  #construct(definition: Definition, dependencies: readonly unknown[]): unknown {
    const { target } = definition;
    if (target.kind === "class") {
      const implementation = target.implementation as new (...values: unknown[]) => unknown;
      return new implementation(...dependencies);
    }
    if (target.kind !== "factory") throw new Error(`${target.kind} is not made here.`);
    const instance = target.create(...dependencies);
    if (instance instanceof Promise) {
      instance.catch(() => undefined);
      throw new DeclarationError(
        `The factory of ${tokenName(definition.token)} returned a promise: bind it with toResource, ` +
          "so that it is awaited before anything uses it.",
      );
    }
    return instance;
  }
}
