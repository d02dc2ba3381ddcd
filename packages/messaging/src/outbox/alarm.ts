/** Lets a loop sleep until its time is over or it is woken. */
export class Alarm {
  #isRung = false;
  #wake: (() => void) | undefined;

  /** Ends the current sleep, or the next one before it begins. */
  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /**
   * Sleeps.
   *
   * @param duration At most so many milliseconds.
   * @returns Whether it was woken.
   */
  async sleep(duration: number): Promise<boolean> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, duration);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    const wasRung = this.#isRung;
    this.#isRung = false;
    return wasRung;
  }
}
