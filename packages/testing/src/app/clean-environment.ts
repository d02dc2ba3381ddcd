/** The variables of the process while a test has them to itself. */
export interface TestEnvironment {
  /**
   * Sets variables, on top of what was set before.
   *
   * @param variables By name; `undefined` removes the variable.
   */
  set(variables: Readonly<Record<string, string | undefined>>): void;
  /** Puts every variable back as it was before {@link cleanEnvironment}. */
  restore(): void;
}

/** What a process needs to run at all; everything else a test must set itself. */
const kept = /^(?:PATH|HOME|USER|LANG|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|NODE_.*|VITEST.*|LC_.*)$/i;

/**
 * Empties `process.env`, but for what a process needs to run (`PATH`, `HOME`, `TMPDIR`, `NODE_*`,
 * `VITEST*` and the like), so that a test does not depend on the machine that it runs on.
 *
 * The environment belongs to the whole process: tests that use this must not run concurrently with
 * others of their file. The `environment` fixture restores it by itself.
 *
 * @returns Sets variables, and restores what was there.
 */
export function cleanEnvironment(): TestEnvironment {
  const before = { ...process.env };
  replaceWith(Object.fromEntries(Object.entries(before).filter(([name]) => kept.test(name))));
  return {
    set: (variables) => replaceWith({ ...process.env, ...variables }),
    restore: () => replaceWith(before),
  };
}

function replaceWith(variables: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) {
    if (variables[name] === undefined) delete process.env[name];
  }
  for (const [name, value] of Object.entries(variables)) {
    // Assigning undefined would set the text "undefined".
    if (value !== undefined) process.env[name] = value;
  }
}
