import { UsageError } from '../../platform/index.ts';

/** Steps for one object: a million comparisons of one pod with itself are nobody's question. */
const STEPS_PER_OBJECT = 200_000;
/** Characters of text, or entries of a list, that count as one step when something makes them. */
const SIZE_OF_A_STEP = 16;
/** The longest text that an expression may make, in characters, … */
const LONGEST_TEXT = 1_000_000;
/** … and the longest list, in entries. */
const LONGEST_LIST = 100_000;
/** Milliseconds of computing for one expression: a fixed part, … */
const TIME = 1_000;
/** … and what is added for each object, so that a large fleet may take longer than a small one. */
const TIME_PER_OBJECT = 0.1;
/** Reading the clock is not free: it is looked at every so many steps. */
const STEPS_BETWEEN_LOOKS = 256;

/**
 * Bounds what an expression from outside may cost, in steps for each object and in time for all of them, so that no
 * question stops the process for everybody else. One is made for each compiled expression.
 */
export class Meter {
  readonly #field: string;
  readonly #now: () => number;
  #steps = 0;
  #objects = 0;
  #spent = 0;
  #began = 0;
  #over: UsageError | undefined;

  /** @param field the argument that the expression came in */
  constructor(field: string, now: () => number = () => performance.now()) {
    this.#field = field;
    this.#now = now;
  }

  /**
   * Runs the expression on one object.
   * @throws UsageError (`expression-limit`) when it costs too much, even where the expression swallows errors
   */
  measure<T>(run: () => T): T {
    if (this.#over !== undefined) throw this.#over;
    this.#steps = 0;
    this.#objects++;
    this.#began = this.#now();
    try {
      return run();
    } finally {
      this.#spent += this.#now() - this.#began;
      // Thrown here as well, for both languages may catch what is thrown inside them.
      this.#throwIfOver();
    }
  }

  /** Counts work. @throws UsageError once it is too much, and then always */
  step(count = 1): void {
    this.#throwIfOver();
    const before = this.#steps;
    this.#steps += count;
    if (this.#steps > STEPS_PER_OBJECT) this.#stop('takes too many steps on one object');
    const looked = Math.floor(before / STEPS_BETWEEN_LOOKS);
    if (Math.floor(this.#steps / STEPS_BETWEEN_LOOKS) !== looked) this.checkTime();
  }

  /** Counts a text or list that was made. */
  made(value: unknown): void {
    const size = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
    if (typeof value === 'string') this.room(size);
    else if (size > LONGEST_LIST) this.#stop('makes too long a list');
    if (size >= SIZE_OF_A_STEP) this.step(Math.floor(size / SIZE_OF_A_STEP));
  }

  /** Asked before a text of that many characters is made. */
  room(size: number): void {
    // Not `size > LONGEST_TEXT`: a size that is no number is none that is allowed.
    if (!(size <= LONGEST_TEXT)) this.#stop('makes too long a text');
  }

  /**
   * Counts every part of a value, since an expression can hold one part many times over: what is small in memory may be
   * endless for whoever walks through it.
   */
  walk(value: unknown): void {
    this.step();
    if (typeof value !== 'object' || value === null) return;
    for (const part of Object.values(value)) this.walk(part);
  }

  checkTime(): void {
    if (this.#spent + this.#now() - this.#began > TIME + TIME_PER_OBJECT * this.#objects) this.#stop('takes too long');
  }

  #stop(what: string): never {
    this.#over = new UsageError(`${this.#field}: the expression ${what}, and was stopped.`, {
      code: 'expression-limit',
      field: this.#field,
      advice: 'Make it simpler, or ask about fewer objects: by namespace, labels or fields.',
    });
    throw this.#over;
  }

  #throwIfOver(): void {
    if (this.#over !== undefined) throw this.#over;
  }
}
