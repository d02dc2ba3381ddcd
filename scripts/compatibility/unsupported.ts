import { isAtLeast, type NodeProgram } from "./nodes.ts";

/** Something that is known not to work, and what its user is told. */
export interface Unsupported {
  readonly what: string;
  readonly node: (node: NodeProgram) => boolean;
  readonly words: readonly string[];
  /** What is in the message; the line around it goes into the table. */
  readonly message: RegExp;
  readonly environment?: Readonly<Record<string, string>>;
  readonly instead: string;
}

function isSupported({ version }: NodeProgram): boolean {
  return isAtLeast(version, 22, 12) || (version.startsWith("20.") && isAtLeast(version, 20, 19));
}

/** Tried in the project of the newest versions, and a failure where it works after all. */
export const unsupported: readonly Unsupported[] = [
  {
    what: "types stripped by Node",
    node: ({ version }) => isAtLeast(version, 20) && !isAtLeast(version, 22),
    words: ["src/plain.ts"],
    message: /Unknown file extension "\.ts"/,
    instead: "tsx, or a compiler",
  },
  {
    what: "decorators where Node strips types",
    node: ({ version }) => isAtLeast(version, 22, 18),
    words: ["--no-warnings", "src/decorated.ts"],
    message: /ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX/,
    instead: "`injectable(Impl, [...])`, and no parameter properties",
  },
  {
    what: "vitest 5, once a test fails",
    node: ({ version }) => version.startsWith("20."),
    words: ["node_modules/vitest/vitest.mjs", "run"],
    environment: { FAILING_TEST: "yes" },
    message: /.*is not a function.*/,
    instead: "vitest 4.1",
  },
  {
    what: "the page of `openApi.docs` in a bundle",
    node: isSupported,
    words: ["bundles/esbuild.mjs"],
    message: /__dirname is not defined/,
    instead: "`@fastify/swagger-ui` external to the bundle",
  },
  {
    what: "a bundle by esbuild that is an ES module without `require`",
    node: isSupported,
    words: ["bundles/esbuild-without-require.mjs"],
    environment: { BUNDLED: "yes" },
    message: /Dynamic require of "node:os" is not supported/,
    instead: "a banner that makes one by `createRequire`",
  },
  {
    what: "a Node that `engines` excludes",
    node: (node) => !isSupported(node),
    words: ["dist/decorated.js"],
    message: /@plinth\/\w+ needs Node .* and this is Node [\d.]+/,
    instead: "a Node of `engines`",
  },
];
