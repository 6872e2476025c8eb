import fc from 'fast-check';

import { SUBJECTS, type Fields, type Subject } from './subjects.ts';

interface On {
  readonly subject: Subject;
  readonly name: string;
  readonly manager: string;
  readonly dryRun: boolean;
}

/** What a client does once. Data alone: what stands in it for versions and uids is filled in on each side. */
export type Operation =
  | (On & { readonly verb: 'create' | 'replace'; readonly version: Version; readonly body: Fields; readonly metadata: Metadata })
  | (On & { readonly verb: 'apply'; readonly force: boolean; readonly body: Fields; readonly metadata: Metadata })
  | (On & {
      readonly verb: 'json' | 'merge' | 'strategic';
      readonly body: unknown;
      readonly subresource?: 'status' | undefined;
      readonly version?: Version;
    })
  | (On & { readonly verb: 'scale'; readonly version: Version; readonly replicas: number })
  | (On & { readonly verb: 'delete'; readonly propagation: Propagation; readonly version: Version })
  | (On & { readonly verb: 'watch'; readonly labels: string });

/** The resourceVersion that is sent along: none, that of the last answer, or the one before it. */
export type Version = 'none' | 'last' | 'old';
type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface Metadata {
  readonly labels?: Fields;
  readonly annotations?: Fields;
  readonly finalizers?: readonly string[];
  /** The name of a ConfigMap that owns it, if there is one of that name. */
  readonly owner?: string;
  readonly blocks?: boolean;
}

/** The kind of all owners. */
const OWNERS = 'ConfigMap';

const NAMES = ['one', 'two', 'three'];
export const LABEL = 'app';
const value = fc.constantFrom('1', '2');
const labels = fc.record({ [LABEL]: value, tier: value }, { requiredKeys: [] });
const version: fc.Arbitrary<Version> = fc.constantFrom('none', 'none', 'last', 'old');

function metadataFor({ collected, kind }: Subject): fc.Arbitrary<Metadata> {
  const own = { labels, annotations: labels };
  // What becomes of those that do not hold back an owner which something else holds is a race in a real server too.
  const held =
    kind === OWNERS
      ? {}
      : {
          finalizers: fc.oneof(
            { weight: 1, arbitrary: fc.constant(['contract.test/held']) },
            { weight: 4, arbitrary: fc.constant([]) },
          ),
        };
  const owned = {
    ...held,
    owner: fc.constantFrom(...NAMES),
    blocks: fc.boolean(),
  };
  return fc.record(collected ? { ...own, ...owned } : own, { requiredKeys: [] });
}

function patchesOf(subject: Subject): fc.Arbitrary<unknown> {
  const operations = Object.entries(subject.pointers).map(([path, values]) =>
    fc.oneof(
      fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: fc.constant(path), value: values }),
      fc.record({ op: fc.constant('remove'), path: fc.constant(path) }),
    ),
  );
  return fc.array(fc.oneof(...operations), { minLength: 1, maxLength: 2 });
}

/** Takes away what it can: labels, finalizers. */
const changedMetadata = fc.record(
  { labels: fc.record({ [LABEL]: fc.constantFrom('1', '2', null) }), finalizers: fc.constantFrom([], null) },
  { requiredKeys: [] },
);

const merging = (body: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> =>
  fc.tuple(body, fc.option(changedMetadata)).map(([fields, metadata]) => (metadata === null ? fields : { ...fields, metadata }));

function operationsOn(subject: Subject): fc.Arbitrary<Operation> {
  const on = {
    subject: fc.constant(subject),
    name: fc.constantFrom(...NAMES),
    manager: fc.constantFrom('left', 'right'),
    dryRun: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
  };
  const metadata = metadataFor(subject);
  const { body, strategic, status, collected } = subject;
  const verb = <V extends Operation['verb']>(...verbs: readonly V[]) => fc.constantFrom(...verbs);
  const weighted: { weight: number; arbitrary: fc.Arbitrary<Operation> }[] = [
    { weight: 4, arbitrary: fc.record({ ...on, verb: verb('create'), version: fc.constant('none'), body, metadata }) },
    { weight: 3, arbitrary: fc.record({ ...on, verb: verb('replace'), version, body, metadata }) },
    {
      weight: 8,
      arbitrary: fc.record({ ...on, verb: verb('apply'), force: fc.constantFrom(false, false, true), body, metadata }),
    },
    { weight: 3, arbitrary: fc.record({ ...on, verb: verb('merge'), body: merging(body), version }) },
    { weight: 3, arbitrary: fc.record({ ...on, verb: verb('strategic'), body: merging(strategic), version }) },
    { weight: 3, arbitrary: fc.record({ ...on, verb: verb('json'), body: patchesOf(subject) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        ...on,
        verb: verb('delete'),
        propagation: collected ? fc.constantFrom('Background', 'Foreground', 'Orphan') : fc.constant('Background'),
        version,
      }),
    },
    {
      weight: 0.15,
      arbitrary: fc.record({ ...on, verb: verb('watch'), labels: fc.constantFrom('', `${LABEL}=1`, `${LABEL}!=1`) }),
    },
  ];
  if (status !== undefined) {
    const subresource = fc.constant('status' as const);
    weighted.push(
      { weight: 2, arbitrary: fc.record({ ...on, verb: verb('merge'), body: status, subresource }) },
      { weight: 3, arbitrary: fc.record({ ...on, verb: verb('scale'), version, replicas: fc.integer({ min: -1, max: 3 }) }) },
    );
  }
  return fc.oneof(...weighted.map(({ weight, arbitrary }) => ({ weight: Math.round(weight * 20), arbitrary })));
}

/** The same operations for the same seed. */
export const operations = (seed: number, count: number): readonly Operation[] =>
  fc.sample(fc.oneof(...SUBJECTS.map(operationsOn)), { seed, numRuns: count });
