/**
 * Makes a configuration for tests: `environment` is `"test"` and `port` is 0 (any free port) unless
 * given. Nothing is read from the environment.
 *
 * @param configClass A subclass of `BaseConfig`.
 * @param values Its values, as its constructor takes them.
 * @throws {ConfigError} Naming every field that is missing or wrong.
 */
export function testConfig<A extends readonly unknown[], C>(
  configClass: new (...values: A) => C,
  ...values: A
): C {
  const [given] = values;
  const filled = { environment: "test", port: 0, ...(given as object | undefined) };
  // The defaults are fields that every configuration has; a class without them refuses them.
  return new configClass(...([filled] as readonly unknown[] as A));
}
