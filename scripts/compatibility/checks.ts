import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { NodeProgram } from "./nodes.ts";
import { type Ended, runProgram } from "./run-program.ts";

/** How something ended: `unsupported` is what is known not to work, with the message that says so. */
export interface Outcome {
  readonly status: "green" | "unsupported" | "not run" | "failed";
  /** Empty where it is green. */
  readonly message: string;
}

const green: Outcome = { status: "green", message: "" };

/** Where the engines are that need a server, for the project's tests. */
export type EngineVariables = Readonly<Record<string, string>>;

/** What is tried with one Node in one project. */
export interface Place {
  readonly folder: string;
  readonly node: NodeProgram;
  readonly engines: EngineVariables;
}

/** Programs that call the service over HTTP and write a word once everything was as it should be. */
const programs = {
  compiled: ["dist/decorated.js"],
  CommonJS: ["--no-warnings", "consumer.cjs"],
  tsx: ["--import", "tsx", "src/decorated.ts"],
  "type stripping": ["--no-warnings", "src/plain.ts"],
} as const;

/** Bundles of the service; a page with files of its own cannot be in them. */
const bundles = {
  esbuild: ["bundles/esbuild.mjs"],
  "esbuild, minified": ["bundles/esbuild-minified.mjs"],
  rolldown: ["bundles/rolldown/decorated.js"],
} as const;

/** Names of the checks that run programs, in the order of the table. */
export const programChecks = Object.keys(programs) as (keyof typeof programs)[];
export const bundleChecks = Object.keys(bundles) as (keyof typeof bundles)[];

/** Runs the service in one of its forms. */
export async function runForm(
  { folder, node }: Place,
  form: keyof typeof programs | keyof typeof bundles,
): Promise<Outcome> {
  const words = form in programs ? programs[form as keyof typeof programs] : undefined;
  const bundle = bundles[form as keyof typeof bundles];
  return words === undefined
    ? asked(await runProgram(node.path, bundle, folder, { BUNDLED: "yes" }))
    : asked(await runProgram(node.path, words, folder));
}

/** Compiles the service, which shows that the types of these versions go together, and bundles it. */
export async function compile(folder: string): Promise<Outcome> {
  const compiler = join("node_modules", "typescript", "bin", "tsc");
  const ended = await runProgram(process.execPath, [compiler, "-p", "."], folder);
  return ended.isSuccess ? green : failed(ended);
}

/** Makes the bundles. */
export async function bundle(folder: string): Promise<Outcome> {
  const ended = await runProgram(process.execPath, ["bundle.mjs"], folder);
  return ended.isSuccess ? green : failed(ended);
}

interface VitestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The groups of the project's tests, by the title that each begins with. */
export const testGroups = ["fixtures", "dynamodb", "firestore", "postgres", "pglite"] as const;

/** Runs the project's vitest tests, and tells by group how they ended. */
export async function runTests(place: Place): Promise<Record<string, Outcome>> {
  const { folder, node, engines } = place;
  const report = join(folder, `report-${node.version}.json`);
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const words = [vitest, "run", "--reporter=json", `--outputFile=${report}`];
  const ended = await runProgram(node.path, words, folder, engines);
  const text = await readFile(report, "utf8").catch(() => undefined);
  await rm(report, { force: true });
  if (text === undefined) {
    return Object.fromEntries(testGroups.map((group) => [group, failed(ended)]));
  }
  const { testResults } = JSON.parse(text) as VitestReport;
  const broken = testResults.find(({ assertionResults }) => assertionResults.length === 0);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return Object.fromEntries(
    testGroups.map((group): [string, Outcome] => {
      // What belongs to no database is about vitest itself: the suite for drivers, for one.
      const mine = tests.filter(({ ancestorTitles: [first = ""] }) =>
        group === "fixtures"
          ? !testGroups.slice(1).some((each) => each === first)
          : first === group,
      );
      const fault = mine.find(({ status }) => status === "failed");
      if (broken !== undefined) return [group, { status: "failed", message: broken.message }];
      if (fault !== undefined) {
        return [group, { status: "failed", message: fault.failureMessages.join("\n") }];
      }
      if (!mine.some(({ status }) => status === "passed")) {
        return [group, { status: "not run", message: `no engine: ${group}` }];
      }
      return [group, green];
    }),
  );
}

function asked(ended: Ended): Outcome {
  return ended.isSuccess && ended.output.endsWith("answered\n") ? green : failed(ended);
}

function failed({ output }: Ended): Outcome {
  return { status: "failed", message: output.trim() };
}
