const WINDOW_MS = 10_000;
/** Samples that are closer together than this are one. */
const STEP_MS = 250;

/** How fast a number that only grows has grown over the last ten seconds; a smaller number starts anew. */
export class RateMeter {
  #samples: { readonly at: number; readonly value: number }[] = [];

  /** Notes the number at a time in ms, and gives its growth per second. */
  rate(value: number, at: number): number {
    const last = this.#samples.at(-1);
    if (last !== undefined && value < last.value) this.#samples = [];
    if (last === undefined || at - last.at >= STEP_MS || value < last.value) {
      this.#samples.push({ at, value });
    }
    // One sample from before the window is kept: the rate is that since then.
    while (this.#samples[1] !== undefined && this.#samples[1].at <= at - WINDOW_MS) {
      this.#samples.shift();
    }
    const first = this.#samples[0];
    if (first === undefined || at - first.at < STEP_MS) return 0;
    return ((value - first.value) * 1_000) / (at - first.at);
  }
}
