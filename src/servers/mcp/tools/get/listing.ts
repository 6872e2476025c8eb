import type { Answer } from '../../../../answers/index.ts';
import { listingData } from './listing-data.ts';
import { listingText } from './listing-text.ts';
import type { Question } from './question.ts';
import { gather, type ListOutput } from './sections.ts';

/** Answers with printed rows. Without `sort` and `limit` the abnormal comes first, complete, and the rest is folded. */
export async function answerListing(question: Question, output: ListOutput, names?: readonly string[]): Promise<Answer> {
  const listing = await gather(question, output, names);
  return { text: (budget) => listingText(listing, budget), data: (budget) => listingData(listing, budget) };
}
