import type { Mutation } from "./mutant-driver.ts";

const leaked: NodeJS.Timeout[] = [];

/** Ends what the mutants leave behind. */
export function endLeaks(): void {
  for (const timer of leaked) clearInterval(timer);
}

/** Faults of the driver itself, with the groups that are to find them. */
export const driverMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "close leaves a timer that keeps the process running": [
    {
      driver: (driver) => {
        leaked.push(setInterval(() => undefined, 60_000));
        return { ...driver, close: async () => undefined };
      },
    },
    ["closing"],
  ],
  "errorCode throws for what is no error of its own": [
    {
      driver: (driver) => ({
        ...driver,
        errorCode: (raw) => ((raw as { code?: string }).code === "x" ? "aborted" : undefined),
      }),
    },
    ["driver contract"],
  ],
  "errorCode takes every error for transient": [
    { driver: (driver) => ({ ...driver, errorCode: () => "unavailable" }) },
    ["driver contract"],
  ],
};
