/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object whose every value JSON can hold. */
export type JsonObject = { readonly [key: string]: JsonValue };
