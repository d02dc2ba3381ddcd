/** The variables of the process during a test. */
export interface TestEnvironment {
  /**
   * Sets variables, in addition to the earlier ones.
   *
   * @param variables By name; `undefined` removes the variable.
   */
  set(variables: Readonly<Record<string, string | undefined>>): void;
  /** Restores every variable to its value before {@link cleanEnvironment}. */
  restore(): void;
}

/** A process needs these to run. A test sets all others itself. */
const kept = /^(?:PATH|HOME|USER|LANG|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|NODE_.*|VITEST.*|LC_.*)$/i;

/**
 * Empties `process.env` except for the variables that a process needs to run (`PATH`, `HOME`, `TMPDIR`,
 * `NODE_*`, `VITEST*` and similar), so that a test does not depend on its machine.
 *
 * The environment belongs to the whole process: tests that use this function must not run concurrently with
 * others of their file. The `environment` fixture restores it by itself.
 *
 * @returns Functions that set variables and restore the old ones.
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
