/** Why a name is not valid for a collection on every engine; `undefined` if it is. */
export function whyNoCollection(name: unknown): string | undefined {
  if (typeof name === "string" && /^[\w.-]{3,255}$/.test(name) && !/^__.*__$/.test(name)) return;
  return 'must have 3 to 255 letters, digits, "_", "-" or ".", without two underscores at both ends';
}
