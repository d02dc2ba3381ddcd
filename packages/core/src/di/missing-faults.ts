import { isContract } from "../contract/index.ts";
import { bindingHint } from "./binding-hint.ts";
import type { Definition } from "./definition.ts";
import { edgesOf, type Edge, type Graph } from "./graph.ts";
import type { GraphFault } from "./graph-error.ts";
import { namesTo, type Parents } from "./find-parents.ts";
import { isTypedToken, tokenName, type Token } from "./token.ts";

const shownPaths = 5;

/** Finds a binding under another token that would fit: most often the intended one. */
function findLookalike(graph: Graph, token: Token<unknown>): string | undefined {
  const name = tokenName(token);
  for (const definition of graph.definitions) {
    const boundName = tokenName(definition.token);
    if (boundName === name) {
      return `Another ${name} is bound: there are two of that name, perhaps from two copies of one package.`;
    }
    const made = definition.target.kind === "class" ? definition.target.implementation : undefined;
    if (made === token) return `${name} is bound under ${boundName}: inject that.`;
    if (!isTypedToken(token) && fits(definition, token)) {
      return `${boundName} is bound and is a ${name}: bind(${name}).toAlias(${boundName}) makes it known under both.`;
    }
  }
  return undefined;
}

function fits(definition: Definition, token: Exclude<Token<unknown>, { key: symbol }>): boolean {
  const { target } = definition;
  if (target.kind === "value") return target.value instanceof token;
  return target.kind === "class" && target.implementation.prototype instanceof token;
}

function suggestion(graph: Graph, token: Token<unknown>): string {
  const name = tokenName(token);
  const lookalike = findLookalike(graph, token);
  if (lookalike !== undefined) return lookalike;
  const hint = bindingHint(token);
  if (hint !== undefined) return `Fix: add ${hint} to the app's bindings.`;
  if (isTypedToken(token)) {
    return `Fix: add its binding to the app's bindings: bind(${name}).toValue(...) or .toFactory(...).`;
  }
  if (isContract(token)) {
    return (
      `Fix: add the binding of its implementation to the app's bindings, ` +
      `bind(${name}).toClass(...), or bindRemote(${name}, ...) where it runs elsewhere.`
    );
  }
  return `Fix: add its binding to the app's bindings, such as bind(${name}).toClass(...).`;
}

function faultOf(
  graph: Graph,
  edge: Edge,
  dependents: readonly Definition[],
  parents: Parents,
): GraphFault {
  const name = tokenName(edge.token);
  const paths = dependents.map((dependent) => [...namesTo(parents, dependent), name]);
  const shown = paths.slice(0, shownPaths).map((path) => path.join(" -> "));
  const more = paths.length - shown.length;
  const needed = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("\n           ");
  const path = paths[0] ?? [name];
  if (edge.fault === "many") {
    return {
      kind: "mixed",
      path,
      message:
        `${name} is a list, bound with bindMany, and is injected as one.\n` +
        `Needed by: ${needed}\nFix: inject all(${name}), or write bind(${name}) where it is bound.`,
    };
  }
  if (edge.fault === "one") {
    return {
      kind: "mixed",
      path,
      message:
        `${name} is bound with bind and is injected as a list.\n` +
        `Needed by: ${needed}\nFix: write bindMany(${name}) where it is bound, or inject ${name}.`,
    };
  }
  const kind = isContract(edge.token) ? "The contract " : "";
  return {
    kind: "missing",
    path,
    message: `${kind}${name} is not bound.\nNeeded by: ${needed}\n${edge.advice ?? suggestion(graph, edge.token)}`,
  };
}

/** One fault for each missing token, with the paths to it. */
export function missingFaults(
  graph: Graph,
  parents: Parents,
  isKnownElsewhere: (token: Token<unknown>) => boolean,
): readonly GraphFault[] {
  const missing = new Map<string, Map<Token<unknown>, { edge: Edge; dependents: Definition[] }>>();
  for (const dependent of graph.definitions) {
    for (const edge of edgesOf(graph, dependent)) {
      if (edge.fault === undefined || isKnownElsewhere(edge.token)) continue;
      const ofKind = missing.get(edge.fault) ?? new Map<Token<unknown>, never>();
      missing.set(edge.fault, ofKind);
      const known = ofKind.get(edge.token);
      if (known === undefined) ofKind.set(edge.token, { edge, dependents: [dependent] });
      else if (known.dependents.at(-1) !== dependent) known.dependents.push(dependent);
    }
  }
  return [...missing.values()].flatMap((ofKind) =>
    [...ofKind.values()].map(({ edge, dependents }) => faultOf(graph, edge, dependents, parents)),
  );
}

/** The fault of a token that code asked for, not a dependent. */
export function missingToken(graph: Graph, token: Token<unknown>): GraphFault {
  const name = tokenName(token);
  return {
    kind: "missing",
    path: [name],
    message: `${name} is not bound.\n${suggestion(graph, token)}`,
  };
}
