/**
 * The variable that a field reads: `thingsTable` is `THINGS_TABLE`, `dbURLPath` is `DB_URL_PATH`.
 *
 * @param field a camelCase name.
 */
export function variableName(field: string): string {
  return field
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toUpperCase();
}
