/** A file that is made from the sources. */
export interface GeneratedDocument {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}
