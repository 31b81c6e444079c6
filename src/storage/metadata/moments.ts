/**
 * Tells moments apart: one lasts for as long as the event loop takes for what was ready at its beginning, or until it is
 * ended. What was true at its beginning is taken for true in it.
 */
export class Moments {
  #now = 0;
  #isEnding = false;

  /** A number that no other moment has. */
  get now(): number {
    if (!this.#isEnding) {
      this.#isEnding = true;
      setImmediate(() => {
        this.#isEnding = false;
        this.end();
      });
    }
    return this.#now;
  }

  end(): void {
    this.#now += 1;
  }
}
