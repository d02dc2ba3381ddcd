import { describeContract, isContract } from "../contract/index.ts";
import { bindingHint } from "./binding-hint.ts";
import { describeDefinition, type Definition } from "./definition.ts";
import { recordedDependencies } from "./recorded-dependencies.ts";
import { pathNames } from "./graph.ts";
import type { GraphFault } from "./graph-error.ts";
import type { UnfinishedBinding } from "./record-bindings.ts";
import { tokenName, type AbstractClass } from "./token.ts";

const arrow = " -> ";

/** Definitions that depend on each other in a cycle. */
export function cycleFault(cycle: readonly Definition[]): GraphFault {
  const [first] = cycle;
  const path = cycle.flatMap(pathNames);
  const closed = first === undefined ? path : [...path, tokenName(first.token)];
  return {
    kind: "cycle",
    path: closed,
    message:
      `These need each other to be made: ${closed.join(arrow)}\n` +
      "Fix: move what they share into something that both depend on, " +
      "or inject provider(Token) in one place and call it after start.",
  };
}

/** A token that is bound, or rebound, more than once. */
export function duplicateFault(group: readonly Definition[]): GraphFault {
  const name = group[0] === undefined ? "" : tokenName(group[0].token);
  const bindings = group.map(describeDefinition);
  const times = group.length === 2 ? "twice" : `${group.length} times`;
  if (group[0]?.mode === "rebind") {
    return {
      kind: "duplicate",
      path: [name],
      message:
        `${name} is rebound ${times}: ${bindings.join(", and ")}.\n` +
        "Fix: remove all but one; which of them is meant cannot be told from their order.",
    };
  }
  return {
    kind: "duplicate",
    path: [name],
    message:
      `${name} is bound ${times}: ${bindings.join(", and ")}.\n` +
      `Fix: remove all but one; write rebind(${name}) where one is to replace the other, ` +
      `or bindMany(${name}) for a list injected with all(${name}).`,
  };
}

/** A `rebind` without a binding to replace. */
export function rebindFault(definition: Definition): GraphFault {
  const name = tokenName(definition.token);
  return {
    kind: "rebind",
    path: [name],
    message:
      `${name} is rebound ${describeDefinition(definition)}, but nothing binds it.\n` +
      `Fix: write bind(${name}), or add the binding that is to be replaced.`,
  };
}

/** A `bind` without a target. */
export function unfinishedFault({ token, source }: UnfinishedBinding): GraphFault {
  const name = tokenName(token);
  const where = source === "" ? "" : ` in ${source}`;
  return {
    kind: "unfinished",
    path: [name],
    message:
      `The binding of ${name}${where} does not say to what.\n` +
      `Fix: go on with .toClass(...), .toValue(...), .toFactory(...), .toResource(...) or .toAlias(...).`,
  };
}

/** A class that `toClass` cannot make, or that would not work. */
export function classFault(definition: Definition): GraphFault | undefined {
  if (definition.target.kind !== "class") return undefined;
  return (
    bindingFault(definition, definition.target.implementation) ??
    parameterFault(definition, definition.target.implementation)
  );
}

/** A class that has its own binding function, or a contract that is bound to itself. */
function bindingFault(
  definition: Definition,
  implementation: AbstractClass<unknown>,
): GraphFault | undefined {
  const { name } = implementation;
  const written = `bind(${tokenName(definition.token)}).toClass(${name})`;
  const path = pathNames(definition);
  const hint = bindingHint(implementation);
  if (hint !== undefined && recordedDependencies(implementation).tokens.length === 0) {
    return {
      kind: "parameter",
      path,
      message: `toClass cannot make ${name}: nothing says what to pass to its constructor.\nFix: write ${hint} instead of ${written}.`,
    };
  }
  if (!isContract(implementation) || implementation !== definition.token) return undefined;
  const prototype: unknown = implementation.prototype;
  const isEmpty = describeContract(implementation).methods.every(
    (method) => typeof Reflect.get(prototype as object, method.name) !== "function",
  );
  if (!isEmpty) return undefined;
  return {
    kind: "parameter",
    path,
    message: `${name} is a contract, which has no code of its own: ${written} binds it to itself.\nFix: give toClass the class that implements it, or write bindRemote(${name}, ...) where it runs elsewhere.`,
  };
}

/** A class with constructor parameters without a token. */
function parameterFault(
  definition: Definition,
  implementation: AbstractClass<unknown>,
): GraphFault | undefined {
  const { marked, complete, tokens } = recordedDependencies(implementation);
  const count = Math.max(implementation.length, tokens.length);
  const bare = Array.from({ length: count }, (_, index) => index + 1).filter(
    (position) => tokens[position - 1] === undefined,
  );
  if (bare.length === 0) return undefined;
  const name = implementation.name;
  const which = `${bare.length === 1 ? "parameter" : "parameters"} ${bare.join(", ")}`;
  const nothingRecorded = !marked && !complete && tokens.length === 0;
  return {
    kind: "parameter",
    path: pathNames(definition),
    message: nothingRecorded
      ? `${name} takes ${count} constructor ${count === 1 ? "parameter" : "parameters"}, ` +
        "and nothing says what to pass: it is not marked as injectable.\n" +
        `Fix: write @injectable() before the class and @inject(Token) before each parameter, ` +
        `or call injectable(${name}, [Token, ...]).`
      : `Nothing says what to pass for ${which} of the constructor of ${name}.\n` +
        `Fix: write @inject(Token) before each parameter, or list a token for each in injectable(${name}, [...]).`,
  };
}

/** A singleton that would keep an instance of one request. */
export function scopeFault(path: readonly Definition[]): GraphFault {
  const labels = path.map(
    (definition) =>
      `${pathNames(definition).join(arrow)} (${definition.target.kind === "alias" ? "alias" : definition.scope})`,
  );
  const last = path.at(-1);
  const inner = last === undefined ? "" : tokenName(last.token);
  const outer = path[0] === undefined ? "" : pathNames(path[0]).at(-1);
  return {
    kind: "scope",
    path: path.flatMap(pathNames),
    message:
      `A singleton would keep one request's ${inner} for all others: ${labels.join(arrow)}\n` +
      `Fix: inject provider(${inner}) and call it while a request is handled, ` +
      `or give ${outer} the scope "request".`,
  };
}
