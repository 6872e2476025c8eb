import { afterAll, beforeAll, describe, test } from 'vitest';

import { EXCEPTIONS } from '../exceptions.ts';
import { openPlace, type Place } from './place.ts';
import { TARGETS, type Target } from './targets.ts';

export interface Terms {
  /** What all promises of the suite need, once per target. */
  readonly prepare: (work: (place: Place) => Promise<void>) => void;
  /** A promise: a sentence about the API server that is tried on each target. */
  readonly promise: (sentence: string, proof: (place: Place) => Promise<void>) => void;
}

/**
 * A part of what a Kubernetes API server promises. Every promise must hold on the practice cluster and on a real one;
 * those of which the practice cluster is excepted must fail there, or the exception is out of date.
 * @param needs `node`: pods must really run; without one the suite is left out
 * @param order `together`: each promise has objects of its own, and mostly waits for what becomes of them
 */
export function contract(
  theme: string,
  terms: (terms: Terms) => void,
  needs?: 'node',
  order: 'one by one' | 'together' = 'one by one',
): void {
  describe.each(TARGETS)(`${theme} ($name)`, (target) => {
    const excepted = new Set(
      EXCEPTIONS.filter((exception) => exception.theme === theme && target.name === 'practice').map(({ promise }) => promise),
    );
    const said = new Set<string>();
    const preparations: ((place: Place) => Promise<void>)[] = [];
    const { open } = target;
    let place: Place | undefined;

    describe.skipIf(open === undefined)('keeps its word:', () => {
      beforeAll(async () => {
        place = await openAt(target, theme);
        if (needs === 'node' && !place.hasNode) return;
        for (const prepare of preparations) await prepare(place);
      });
      afterAll(() => place?.close());

      terms({
        prepare: (work) => preparations.push(work),
        promise: (sentence, proof) => {
          said.add(sentence);
          const run = excepted.has(sentence) ? test.fails : test;
          run(sentence, { concurrent: order === 'together' }, async (context) => {
            if (place === undefined) throw new Error('the suite has not been prepared');
            if (needs === 'node' && !place.hasNode) context.skip('the cluster has no node that runs pods');
            await proof(place);
          });
        },
      });
      const lost = [...excepted].filter((sentence) => !said.has(sentence));
      if (lost.length > 0) throw new Error(`exceptions.ts excepts from "${theme}" what nobody promises: ${lost.join('; ')}`);
    });
  });
}

async function openAt({ name, open }: Target, theme: string): Promise<Place> {
  if (open === undefined) throw new Error(`${name} cannot be had here`);
  return openPlace(await open(), theme);
}
