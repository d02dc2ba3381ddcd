import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with the names of what was skipped, which the default report only counts. */
export class SkippedTestsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      Array.from(module.children.allTests("skipped"), (test) => {
        return `  ${module.relativeModuleId} > ${test.fullName}\n`;
      }),
    );
    if (lines.length > 0) process.stdout.write(`Skipped:\n${lines.join("")}\n`);
  }
}
