/** A pointer to a secret that lies elsewhere. */
export type SecretReference =
  | { readonly kind: "aws"; readonly text: string; readonly name: string; readonly key?: string }
  | { readonly kind: "gcp"; readonly text: string; readonly name: string; readonly key?: string }
  | { readonly kind: "file"; readonly text: string; readonly name: string; readonly key?: string };

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

/** True for text that begins like a reference, well formed or not. */
export function isReference(text: string): boolean {
  return /^(aws-sm:|gcp-sm:|file:\/)/.test(text);
}

/** The parts of a reference, or the form that it should have had. */
export function parseReference(text: string): SecretReference | { readonly expected: string } {
  const scheme = schemes.find(({ kind }) =>
    text.startsWith(kind === "file" ? "file:" : `${kind}-sm:`),
  );
  const [, name, key] = scheme?.pattern.exec(text) ?? [];
  if (scheme === undefined || name === undefined)
    return { expected: `a reference of the form ${scheme?.form ?? "file:/path"}` };
  return { kind: scheme.kind, text, name, ...(key === undefined || key === "" ? {} : { key }) };
}
