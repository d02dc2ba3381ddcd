import { execFile } from "node:child_process";

/** How a program ended. */
export interface Ended {
  readonly isSuccess: boolean;
  readonly output: string;
}

/** What any program needs, and nothing that could configure a service by accident. */
const bareEnvironment = {
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? "/",
  NO_COLOR: "1",
};

/**
 * Runs a program to its end, which comes after three minutes at the latest.
 *
 * @param environment is added to what any program needs
 */
export function runProgram(
  program: string,
  words: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      program,
      words,
      {
        cwd: folder,
        env: { ...bareEnvironment, ...environment },
        maxBuffer: 64 * 1024 * 1024,
        timeout: 180_000,
      },
      (error, stdout, stderr) => {
        resolve({ isSuccess: error === null, output: `${stdout}${stderr}` });
      },
    );
  });
}
