import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from "@microsoft/api-extractor";
import type { ApiEntry } from "./api-entries.ts";

/** What an entry exports, as its built declarations say. */
export interface ExtractedReport {
  readonly text: string;
  /** Types that the exported ones use, and that this entry does not export. */
  readonly unexported: readonly string[];
  /** What else is wrong: files that are not found, types that do not compile. */
  readonly faults: readonly string[];
}

// The extractor brings a compiler of its own, and must not see our sources beside what was built.
const compilerOptions = {
  target: "es2022",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  skipLibCheck: true,
  types: ["node"],
};

const quiet = { logLevel: ExtractorLogLevel.None, addToApiReportFile: false };
const loud = { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false };

/**
 * Writes down what an entry exports.
 *
 * @param entry its declarations must have been built
 * @param includeUnexported whether the shapes of types stand in the report that are not exported
 * @throws {Error} Where the declarations are missing.
 */
export function extractReport(entry: ApiEntry, includeUnexported: boolean): ExtractedReport {
  const folder = mkdtempSync(join(tmpdir(), "plinth-api-"));
  const messages: ExtractorMessage[] = [];
  try {
    Extractor.invoke(extractorConfig(entry, folder, includeUnexported), {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Error) messages.push(message);
        // It prints what is not handled.
        message.handled = true;
      },
    });
    const text = readFileSync(join(folder, entry.reportFile), "utf8");
    const isUnexported = ({ messageId }: ExtractorMessage) => messageId === "ae-forgotten-export";
    return {
      text,
      unexported: [...new Set(messages.filter(isUnexported).map(nameIn))].toSorted(),
      faults: messages.filter((message) => !isUnexported(message)).map(describe),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function extractorConfig(
  entry: ApiEntry,
  folder: string,
  includeForgottenExports: boolean,
): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: entry.folder,
      mainEntryPointFilePath: entry.types,
      compiler: { overrideTsconfig: { compilerOptions, files: [entry.types] } },
      newlineKind: "lf",
      apiReport: {
        enabled: true,
        includeForgottenExports,
        reportFileName: entry.reportFile,
        reportFolder: folder,
        reportTempFolder: join(folder, "temporary"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: loud },
        extractorMessageReporting: {
          default: loud,
          "ae-missing-release-tag": quiet,
          "ae-undocumented": quiet,
          "ae-unresolved-link": quiet,
        },
        tsdocMessageReporting: { default: quiet },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(entry.folder, "package.json"),
  });
}

function nameIn({ text }: ExtractorMessage): string {
  return /"([^"]+)"/.exec(text)?.[1] ?? text;
}

function describe({ messageId, text, sourceFilePath, sourceFileLine = 1 }: ExtractorMessage) {
  const place = sourceFilePath === undefined ? "" : ` (${sourceFilePath}:${sourceFileLine})`;
  return `${messageId}: ${text}${place}`;
}
