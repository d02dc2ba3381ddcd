import { Ids } from "@plinth/core";

/** UUIDs that count: the first ends in `…0001`. Made by {@link fakeIds}. */
export class FakeIds extends Ids {
  readonly #seriesOf: () => number;
  #series: number | undefined;
  #count = 0;

  /** @param seriesOf returns the number of the series; it is called at the first use */
  constructor(seriesOf: () => number = () => 0) {
    super();
    this.#seriesOf = seriesOf;
  }

  /** How many ids were made. */
  get count(): number {
    return this.#count;
  }

  override next(): string {
    this.#count += 1;
    return this.at(this.#count);
  }

  /**
   * The id that a call of `next` returns, for expectations.
   *
   * @param position 1 for the first one.
   */
  at(position: number): string {
    this.#series ??= this.#seriesOf();
    const series = this.#series.toString(16).padStart(8, "0");
    return `${series}-0000-4000-8000-${position.toString(16).padStart(12, "0")}`;
  }
}

/**
 * A source of ids that makes the same ones in every run.
 *
 * @param series keeps the ids of several sources apart: their first eight digits. Default: 0
 */
export function fakeIds(series: number = 0): FakeIds {
  return new FakeIds(() => series);
}
