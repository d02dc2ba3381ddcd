import { middleOf, newestOf, oldestOf, type Range } from "./ranges.ts";

/** Where in its range a version is. `middle`: the newest of the oldest major. */
export type Level = "oldest" | "middle" | "newest";

/** Packages that are as old as each other in a cell, since they are released or used together. */
export interface Factor {
  readonly name: string;
  readonly ranges: readonly Range[];
  readonly levels: readonly Level[];
}

const groups: Readonly<Record<string, RegExp>> = {
  vitest: /^vitest$/,
  "AWS SDK": /^@aws-sdk\//,
  Firestore: /^@google-cloud\//,
  Fastify: /^@?fastify(?:\/|$)/,
  pino: /^pino/,
  zod: /^(?:zod|zocker)$/,
  Postgres: /^(?:pg|@electric-sql\/pglite)$/,
  tsyringe: /^(?:tsyringe|reflect-metadata)$/,
  undici: /^undici$/,
  jose: /^jose$/,
};

/** Those whose majors are all tried, rather than the two ends alone. */
const everyMajor: ReadonlySet<string> = new Set(["vitest", "Firestore"]);

/** Groups everything that the packages depend on; what belongs to no group is the factor `others`. */
export function factorsOf(ranges: readonly Range[]): Factor[] {
  const groupOf = ({ name }: Range): string =>
    Object.keys(groups).find((group) => groups[group]?.test(name)) ?? "others";
  return [...Object.keys(groups), "others"]
    .map((name): Factor => {
      const members = ranges.filter((range) => groupOf(range) === name);
      return {
        name,
        ranges: members,
        levels: everyMajor.has(name) ? ["oldest", "middle", "newest"] : ["oldest", "newest"],
      };
    })
    .filter(({ ranges }) => ranges.length > 0);
}

/** What npm is asked for. */
export function versionAt({ range }: Range, level: Level): string {
  if (level === "oldest") return oldestOf(range);
  return level === "middle" ? (middleOf(range) ?? newestOf(range)) : newestOf(range);
}
