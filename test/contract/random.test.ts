import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { at } from '../../src/kubernetes/index.ts';
import { hasCondition } from '../cluster/index.ts';
import { openPlace, TARGETS, type Place } from './harness/index.ts';
import { differences, outcomeDifferences } from './random/difference.ts';
import { operations, type Operation } from './random/operation.ts';
import { recordWatches, type Recording } from './random/recording.ts';
import { sideAt, type Outcome, type Side } from './random/side.ts';
import { SUBJECTS, sprocketDefinition } from './random/subjects.ts';

const SEED = Number(process.env['CONTRACT_SEED'] ?? 1);
const COUNT = Number(process.env['CONTRACT_OPERATIONS'] ?? 500);
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Enough to see what is wrong; each may bring others with it. */
const MOST_DIFFERENCES = Number(process.env['CONTRACT_DIFFERENCES'] ?? 5);
const QUIET_MS = 30_000;

interface Both<T> {
  readonly practice: T;
  readonly real: T;
}

describe.skipIf(TARGETS.some(({ open }) => open === undefined))('random operations', () => {
  let places: Both<Place>;

  beforeAll(async () => {
    const [practice, real] = await Promise.all(
      TARGETS.map(async ({ open }) => {
        if (open === undefined) throw new Error('skipped suites run no hooks');
        const place = await openPlace(await open(), 'random');
        const { admin } = place;
        await admin.ensure(CRDS, sprocketDefinition);
        await admin.waitForObject(`${CRDS}/${sprocketDefinition.metadata.name}`, (found) => hasCondition(found, 'Established'));
        place.cleanUp(`${CRDS}/${sprocketDefinition.metadata.name}`);
        return place;
      }),
    );
    if (practice === undefined || real === undefined) throw new Error('there are two targets');
    places = { practice, real };
  });
  afterAll(() => Promise.all([places?.practice.close(), places?.real.close()]));

  test(`${COUNT} of seed ${SEED} end in the same objects, refusals and watch events on both`, async () => {
    const sides = { practice: sideAt(places.practice), real: sideAt(places.real) };
    const recordings = { practice: recordWatches(places.practice, sides.practice), real: recordWatches(places.real, sides.real) };
    for (const subject of SUBJECTS) await onBoth(recordings, (recording) => recording.start(subject, ''));
    const told: string[] = [];
    for (const [index, operation] of operations(SEED, COUNT).entries()) {
      const found = await differenceOf(operation, sides, recordings);
      if (found.length === 0) continue;
      told.push([`operation ${index}: ${described(operation)}`, ...found].join('\n    '));
      if (told.length >= MOST_DIFFERENCES) break;
      // What differs once would differ again with every later operation.
      await onBoth(sides, (side) => side.clear());
    }
    expect(told.join('\n\n')).toBe('');
    expect(await unsettled(sides)).toEqual([]);
    const events = await onBoth(recordings, (recording) => recording.finish());
    expect(differences(events.practice, events.real).slice(0, MOST_DIFFERENCES)).toEqual([]);
  }, 600_000);
});

async function onBoth<T, R>({ practice, real }: Both<T>, work: (side: T) => Promise<R>): Promise<Both<R>> {
  const [onPractice, onReal] = await Promise.all([work(practice), work(real)]);
  return { practice: onPractice, real: onReal };
}

/** What an operation came to on the practice cluster and not on the real one. */
async function differenceOf(operation: Operation, sides: Both<Side>, recordings: Both<Recording>): Promise<readonly string[]> {
  if (operation.verb === 'watch') {
    await onBoth(recordings, (recording) => recording.start(operation.subject, operation.labels));
    return [];
  }
  // Each has seen more or less of what came and went in between: who owns is decided for both.
  const isOwned = sides.practice.hasOwner(operation) && sides.real.hasOwner(operation);
  const asked = isOwned ? operation : withoutOwner(operation);
  const { practice, real } = await onBoth(sides, (side) => side.run(asked));
  const found = outcomeDifferences(practice, real);
  return found.length === 0 && concernsGarbage(operation, real) ? unsettled(sides) : found;
}

function withoutOwner<O extends Operation>(operation: O): O {
  if (!('metadata' in operation)) return operation;
  const { owner: _, ...metadata } = operation.metadata;
  return { ...operation, metadata };
}

const concernsGarbage = ({ verb }: Operation, { body }: Outcome): boolean =>
  verb === 'delete' || ['deletionTimestamp', 'ownerReferences'].some((field) => at(body, 'metadata', field) !== undefined);

/** Waits until neither garbage collector has anything left to do; what they have left is the same. */
async function unsettled(sides: Both<Side>): Promise<readonly string[]> {
  const deadline = Date.now() + QUIET_MS;
  for (;;) {
    const { practice, real } = await onBoth(sides, (side) => side.snapshot());
    const found = differences(practice, real);
    if (practice.quiet && real.quiet && found.length === 0) return [];
    if (Date.now() > deadline) return ['afterwards, when nothing more happened:', ...found];
  }
}

const described = ({ subject, ...operation }: Operation): string => `${subject.kind} ${JSON.stringify(operation)}`;
