import type { Layer } from "./config-source.ts";

/** The process environment, or what was given in its place. An empty variable counts as missing. */
export function variablesLayer(variables: Readonly<Record<string, string | undefined>>): Layer {
  const source = { kind: "process environment" } as const;
  return {
    source,
    names: Object.keys(variables).filter((name) => (variables[name] ?? "") !== ""),
    find(variable) {
      const text = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      return text === undefined || text === "" ? undefined : { variable, text, source };
    },
  };
}
