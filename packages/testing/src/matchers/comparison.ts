/** The result of a matcher. vitest shows the difference between `actual` and `expected`. */
export interface Comparison {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}
