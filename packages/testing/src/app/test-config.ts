/**
 * Makes a configuration for tests. Defaults: `environment` is `"test"`, `port` is 0 (any free port).
 * Nothing is read from the environment.
 *
 * @param configClass A subclass of `BaseConfig`.
 * @param values Its values, as its constructor takes them.
 * @throws {ConfigError} Naming every missing or wrong field.
 */
export function testConfig<A extends readonly unknown[], C>(
  configClass: new (...values: A) => C,
  ...values: A
): C {
  const [given] = values;
  const filled = { environment: "test", port: 0, ...(given as object | undefined) };
  // Every configuration has these two fields; a class without them refuses them.
  return new configClass(...([filled] as readonly unknown[] as A));
}
