/** A pointer to a secret that is stored elsewhere. */
export interface SecretReference {
  readonly kind: "aws" | "gcp" | "file";
  /** The reference as it was written. */
  readonly text: string;
  /** The name in the secret manager, or the path of the file. */
  readonly name: string;
  /** The key of a secret that is a JSON object. */
  readonly key?: string;
}

const schemes = [
  {
    kind: "aws",
    pattern: /^aws-sm:([\w/+=.@:-]+)(?:#(.+))?$/,
    form: "aws-sm:name or aws-sm:name#key",
  },
  {
    kind: "gcp",
    pattern: /^gcp-sm:(projects\/[\w.:-]+\/secrets\/[\w-]+\/versions\/[\w-]+)(?:#(.+))?$/,
    form: "gcp-sm:projects/PROJECT/secrets/NAME/versions/VERSION",
  },
  { kind: "file", pattern: /^file:(?:\/\/)?(\/.*)()$/, form: "file:/path" },
] as const;

/** True for a text that begins like a reference, well formed or not. */
export function isReference(text: string): boolean {
  return /^(aws-sm:|gcp-sm:|file:\/)/.test(text);
}

/** The parts of a reference; for a malformed one, what was expected. */
export function parseReference(text: string): SecretReference | { readonly expected: string } {
  const scheme = schemes.find(({ kind }) =>
    text.startsWith(kind === "file" ? "file:" : `${kind}-sm:`),
  );
  const [, name, key] = scheme?.pattern.exec(text) ?? [];
  if (scheme === undefined || name === undefined)
    return { expected: `a reference of the form ${scheme?.form ?? "file:/path"}` };
  return { kind: scheme.kind, text, name, ...(key === undefined || key === "" ? {} : { key }) };
}
