/**
 * Which of our packages may use which others. Dependencies run one way: a new package is a row
 * here, and needs a good reason to appear in another row.
 */
export const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  "@plinth/config": [],
  "@plinth/core": [],
  "@plinth/data": ["@plinth/core"],
  "@plinth/http": ["@plinth/core"],
  "@plinth/testing": ["@plinth/config", "@plinth/core", "@plinth/data", "@plinth/http"],
};

/**
 * Optional peers are imported as types, or lazily by `import()`, so that nobody loads what they did
 * not choose. These folders are the exception: whoever imports them has made the choice.
 */
export const eagerOptionalPeers: readonly { readonly folder: string; readonly peer: string }[] = [
  { folder: "packages/data/src/conformance", peer: "fast-check" },
  { folder: "packages/data/src/conformance", peer: "vitest" },
  { folder: "packages/testing/src/records", peer: "zocker" },
];
