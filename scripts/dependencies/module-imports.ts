import { parseSync } from "oxc-parser";

/** One place where a module names another. */
export interface ModuleImport {
  /** What is named, such as `./key.ts` or `@plinth/core/errors`. */
  readonly specifier: string;
  /**
   * - `type`: gone after compilation;
   * - `static`: loaded with the module;
   * - `dynamic`: loaded when the program gets there.
   */
  readonly kind: "type" | "static" | "dynamic";
  readonly line: number;
}

/**
 * Lists what a TypeScript module imports, re-exports and imports lazily. A lazy import of something
 * computed is not listed.
 *
 * @throws {SyntaxError} Where the source does not parse.
 */
export function moduleImports(file: string, source: string): ModuleImport[] {
  const { module, errors } = parseSync(file, source);
  const [fault] = errors;
  if (fault) throw new SyntaxError(`${file}: ${fault.message}`);
  const lineAt = (offset: number): number => source.slice(0, offset).split("\n").length;

  // `import { type A }` keeps an empty import of the module under verbatimModuleSyntax: only
  // `import type` vanishes.
  const kindAt = (start: number): "type" | "static" =>
    /^(?:import|export)\s+type\b/.test(source.slice(start)) ? "type" : "static";

  const imports = module.staticImports.map(({ moduleRequest, start }) => {
    return { specifier: moduleRequest.value, kind: kindAt(start), line: lineAt(start) };
  });
  const reexports = module.staticExports.flatMap(({ entries, start }) => {
    const specifier = entries[0]?.moduleRequest?.value;
    return specifier === undefined ? [] : [{ specifier, kind: kindAt(start), line: lineAt(start) }];
  });
  const lazy = module.dynamicImports.flatMap(({ moduleRequest, start }) => {
    const literal = /^(["'`])([^$]*)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end));
    return literal?.[2] === undefined
      ? []
      : [{ specifier: literal[2], kind: "dynamic" as const, line: lineAt(start) }];
  });
  return [...imports, ...reexports, ...lazy];
}
