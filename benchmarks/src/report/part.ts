import type { Result } from "./result.ts";

/** A table of ratios as people read it. */
export interface Table {
  readonly title: string;
  /** What the figures mean, and how the control did. */
  readonly notes: readonly string[];
  readonly columns: readonly string[];
  /** The name, then one cell for each column: text, or a ratio with its range. */
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly (Cell | undefined)[];
  }[];
}

/** One figure with its range. */
export interface Cell {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What one part of the benchmarks found. */
export interface PartReport {
  readonly tables: readonly Table[];
  readonly results: readonly Result[];
}

/** How much time to take. */
export interface Effort {
  /** Whether it is only to be shown that all of it works. */
  readonly quick: boolean;
  /** Rounds that count. */
  readonly rounds: number;
  /** The length of one sample, in milliseconds. */
  readonly sample: number;
  /** How far the control may stray, as a share. */
  readonly tolerance: number;
  /** How long the soak goes on, in minutes. */
  readonly minutes: number;
  /** Measures the comparisons alone whose names contain this. Absent: all of them. */
  readonly only?: string | undefined;
}

/** Measures one part. Says on the way what it does. */
export type Part = (effort: Effort, say: (text: string) => void) => Promise<PartReport>;
