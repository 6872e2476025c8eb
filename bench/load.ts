import type { Contender } from './contender.ts';
import type { Question } from './questions.ts';
import { quantile } from './statistics.ts';

/** What one contender did in one round. */
export interface Round {
  /** Milliseconds a call, one after the other. */
  readonly p50: number;
  readonly p99: number;
  /** With 32 calls under way at every moment. */
  readonly callsPerSecond: number | undefined;
}

export const CONCURRENCY = 32;
/** Calls that are not counted: connections are made, and code gets warm. */
const WARM_UP = 3;

/**
 * Asks one question over and over: first one call at a time, then 32 at a time.
 * @param seconds after which no more calls are begun, for each of the two
 */
export async function ask(contender: Contender, question: Question, seconds: number): Promise<Round> {
  for (let call = 0; call < WARM_UP; call++) await contender.ask(question);
  const samples: number[] = [];
  const { sequential, concurrent } = question.effort;
  const end = performance.now() + seconds * 1000;
  while (samples.length < sequential && (performance.now() < end || samples.length < WARM_UP)) {
    const started = performance.now();
    await contender.ask(question);
    samples.push(performance.now() - started);
  }
  return {
    p50: quantile(samples, 0.5),
    p99: quantile(samples, 0.99),
    callsPerSecond: concurrent === undefined ? undefined : await rate(contender, question, concurrent, seconds),
  };
}

/** Calls per second with 32 under way until the calls or the seconds are used up. */
async function rate(contender: Contender, question: Question, calls: number, seconds: number): Promise<number> {
  const started = performance.now();
  const done = await burst(contender, question, calls, seconds);
  return done / ((performance.now() - started) / 1000);
}

/** Makes calls, 32 at a time. @returns how many were made within the seconds */
export async function burst(contender: Contender, question: Question, calls: number, seconds = Infinity): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < calls && performance.now() < end) {
      begun++;
      await contender.ask(question);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return begun;
}
