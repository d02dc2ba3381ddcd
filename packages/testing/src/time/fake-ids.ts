import { Ids } from "@plinth/core";

/** UUIDs that count: the first ends in `…0001`. Made by {@link fakeIds}. */
export class FakeIds extends Ids {
  #count = 0;

  /** How many were given out. */
  get count(): number {
    return this.#count;
  }

  override next(): string {
    this.#count += 1;
    return this.at(this.#count);
  }

  /**
   * The id that a call of `next` gives, for expectations.
   *
   * @param position 1 for the first one.
   */
  at(position: number): string {
    return `00000000-0000-4000-8000-${position.toString(16).padStart(12, "0")}`;
  }
}

/** A source of ids that gives the same ones in every run. */
export function fakeIds(): FakeIds {
  return new FakeIds();
}
