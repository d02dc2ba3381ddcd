/** The paths of health, which no prefix moves and no contract mentions. */
export const healthPaths: readonly string[] = ["/health", "/ready"];
