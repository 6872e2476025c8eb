import type { Contender, ContenderName } from './contender.ts';
import { ask, type Round } from './load.ts';
import type { Question } from './questions.ts';

/** What came of a question. */
export interface Measured {
  readonly question: Question;
  /** One entry a round, in order; none for who is not asked. */
  readonly rounds: Readonly<Record<ContenderName, readonly Round[]>>;
  /** Bytes of one answer. */
  readonly bytes: Readonly<Partial<Record<ContenderName, number>>>;
}

/**
 * Asks every question of every contender in every round, one contender right after the other, so that whatever else the
 * machine does meets them all alike.
 * @throws Error when an answer is not one: nothing may be measured that does not work
 */
export async function measure(
  questions: readonly Question[],
  contenders: readonly Contender[],
  options: { readonly rounds: number; readonly seconds: number; readonly say: (line: string) => void },
): Promise<readonly Measured[]> {
  const entries = questions.map((question) => ({
    question,
    rounds: { fairlead: [], peer: [], 'raw h1': [], 'raw h2': [] } as Record<ContenderName, Round[]>,
    bytes: {} as Partial<Record<ContenderName, number>>,
  }));
  for (const { question, bytes } of entries) {
    for (const contender of contenders) {
      if (!contender.isAsked(question)) continue;
      const answer = await contender.ask(question);
      if (!answer.includes(question.expect))
        throw new Error(`${contender.name}, asked for ${question.title}, does not tell of "${question.expect}".`);
      bytes[contender.name] = Buffer.byteLength(answer);
    }
  }
  // The first round is not counted: code gets warm, and heaps grow.
  for (let round = 0; round <= options.rounds; round++) {
    for (const { question, rounds } of entries) {
      options.say(`round ${round} of ${options.rounds}: ${question.title}`);
      for (const contender of contenders) {
        if (!contender.isAsked(question)) continue;
        const measured = await ask(contender, question, options.seconds);
        if (round > 0) rounds[contender.name].push(measured);
      }
    }
  }
  return entries;
}
