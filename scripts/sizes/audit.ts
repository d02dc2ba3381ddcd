import { ProgramError, runProgram } from "../registry/run-program.ts";
import type { StrangerEnvironment } from "../registry/stranger-environment.ts";

/** What `npm audit` says of a project. */
export type AuditResult =
  | { readonly answered: true; readonly severe: readonly string[] }
  | { readonly answered: false; readonly reason: string };

/**
 * Asks the registry of this machine for known vulnerabilities of what is installed in a folder.
 *
 * @returns the names of packages with findings that are high or critical; or that the registry has no
 *   answer, as many mirrors have none
 */
export async function audit(folder: string, stranger: StrangerEnvironment): Promise<AuditResult> {
  const output = await runProgram("npm", ["audit", "--json"], { folder, ...stranger }).catch(
    (error: unknown) => {
      // It ends with 1 for findings as well as for a registry that has no answer.
      if (error instanceof ProgramError) return error.stdout;
      throw error;
    },
  );
  return readAudit(output);
}

/** Reads what `npm audit --json` prints. */
export function readAudit(output: string): AuditResult {
  let report: {
    readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
    readonly statusCode?: number;
    readonly error?: { readonly summary?: string };
  };
  try {
    report = JSON.parse(output);
  } catch {
    return { answered: false, reason: "npm audit printed no report" };
  }
  if (report.vulnerabilities === undefined) {
    const status = report.statusCode ?? report.error?.summary ?? "no report";
    return { answered: false, reason: `the registry answered with ${status}` };
  }
  const severe = Object.entries(report.vulnerabilities)
    .filter(([, { severity }]) => severity === "high" || severity === "critical")
    .map(([name, { severity }]) => `${name} (${severity})`);
  return { answered: true, severe };
}
