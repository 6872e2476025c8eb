import { unlessAborted } from '../platform/index.ts';

/**
 * A value that is expensive to get: kept for a while, and fetched by one flight at a time however many ask.
 *
 * The flight belongs to nobody: a caller that leaves does not end it for the others.
 */
export class Cached<T> {
  readonly #fetch: () => Promise<T>;
  readonly #ttl: number;
  readonly #now: () => number;
  #value: { readonly value: T; readonly at: number } | undefined;
  #flight: Promise<T> | undefined;

  /**
   * @param ttl milliseconds
   * @param now a clock that nobody sets back, for an age must not become negative
   */
  constructor(fetch: () => Promise<T>, ttl: number, now: () => number = () => performance.now()) {
    this.#fetch = fetch;
    this.#ttl = ttl;
    this.#now = now;
  }

  /** Milliseconds since the value was fetched; infinite when there is none. */
  get age(): number {
    return this.#value === undefined ? Number.POSITIVE_INFINITY : this.#now() - this.#value.at;
  }

  /** The value, if it is there and fresh, without waiting. */
  peek(): T | undefined {
    return this.age < this.#ttl ? this.#value?.value : undefined;
  }

  async get(signal?: AbortSignal): Promise<T> {
    return this.peek() ?? this.refresh(signal);
  }

  /** Fetches anew; joins a flight that is under way. A failure is told to all who wait and not kept. */
  async refresh(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.#flight ??= this.#fly();
    return unlessAborted(this.#flight, signal);
  }

  async #fly(): Promise<T> {
    try {
      const value = await this.#fetch();
      this.#value = { value, at: this.#now() };
      return value;
    } finally {
      this.#flight = undefined;
    }
  }
}
