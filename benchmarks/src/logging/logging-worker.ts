import { linesOfRequest, loggers } from "./loggers.ts";

const batch = 50;

/** Writes lines with one of the loggers. */
export function worker({ logger }: { readonly logger: string }): object {
  const write = loggers[logger]?.();
  if (write === undefined) throw new TypeError(`There is no logger ${logger}.`);
  return {
    once: () => write(),
    lines: async () => {
      for (let index = 0; index < batch; index += 1) write();
      // Loggers that write later get their turn inside of what is measured.
      await new Promise((resolve) => void setImmediate(resolve));
      return batch * linesOfRequest;
    },
  };
}
