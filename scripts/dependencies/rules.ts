/**
 * Which of our packages may use which others. Dependencies run one way: a new package is a row
 * here, and needs a good reason to appear in another row.
 */
export const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  "@plinth/support": [],
  "@plinth/config": ["@plinth/support"],
  "@plinth/core": ["@plinth/support"],
  "@plinth/data": ["@plinth/core", "@plinth/support"],
  "@plinth/embedded-dynamodb": [],
  "@plinth/http": ["@plinth/core", "@plinth/support"],
  // Data is for the outbox alone, whose subpath is the only one that loads it.
  "@plinth/messaging": ["@plinth/core", "@plinth/data", "@plinth/support"],
  "@plinth/testing": [
    "@plinth/config",
    "@plinth/core",
    "@plinth/data",
    "@plinth/embedded-dynamodb",
    "@plinth/http",
    "@plinth/messaging",
  ],
};

/**
 * Never published: bundled into the packages that use it (ADR 0610), which name it in
 * `devDependencies`. No declaration of theirs may refer to it.
 */
export const bundledPackages: readonly string[] = ["@plinth/support"];

/**
 * Optional peers are imported as types, or lazily by `import()`, so that no user loads what they did
 * not choose. These folders and files are the exception: importing them is the choice.
 */
export const eagerOptionalPeers: readonly { readonly path: string; readonly peer: string }[] = [
  { path: "packages/data/src/conformance/", peer: "fast-check" },
  { path: "packages/data/src/conformance/", peer: "vitest" },
  { path: "packages/messaging/src/conformance/", peer: "vitest" },
  { path: "packages/messaging/src/outbox/", peer: "@plinth/data" },
  { path: "packages/testing/src/", peer: "vitest" },
  { path: "packages/testing/src/records.ts", peer: "zocker" },
];
