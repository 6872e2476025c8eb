/** The practice cluster's handling of objects against that of a real API server: the same writes, the same answers. */
import fc from 'fast-check';
import { Agent, request, type Dispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { BUILT_IN_KINDS, definitions } from '../../practice/kinds/index.ts';
import type { KubeObject, ServedKind } from '../../practice/model.ts';
import { causesOf, decoded, defaulted, tracked, type ObjectType } from '../../practice/objects/index.ts';
import { invalid, StatusError, type Status } from '../../practice/status.ts';
import { customWrites, templateWrites } from '../support/object-arbitraries.ts';
import { COMPLETED } from '../support/completed-objects.ts';
import { REFUSED, type Sent } from '../support/refused-objects.ts';
import { SPROCKET_DEFINITION, SPROCKET_GROUP, SPROCKET_SCHEMA } from '../support/custom-kind.ts';
import { builtInType, written, type Answer, type Write } from '../support/object-writes.ts';
import { adminClient, ensureCluster, hasCondition, type AdminClient } from './index.ts';

const cluster = await ensureCluster();
const NAMESPACE = 'practice-objects-test';

type Fields = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<Write['verb'], string>> = {
  apply: 'application/apply-patch+yaml',
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

const SPROCKET: ObjectType = {
  group: SPROCKET_GROUP,
  version: 'v1',
  kind: 'Sprocket',
  custom: true,
  schema: SPROCKET_SCHEMA,
  definitions,
};

/** What the server sets by itself, or by chance. */
const SERVER_SET = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid'];

/** Fields that registries, admission and controllers add to what they get, by kind; the practice cluster's store does the same. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  CustomResourceDefinition: ['status'],
  Job: ['metadata.labels', 'spec.selector', 'spec.template.metadata'],
  Namespace: ['spec'],
  Node: ['spec.taints'],
  PersistentVolume: ['metadata.finalizers', 'status.lastPhaseTransitionTime'],
  PersistentVolumeClaim: ['metadata.finalizers'],
  Pod: [
    'spec.volumes',
    'spec.containers',
    'spec.initContainers',
    'spec.serviceAccountName',
    'spec.serviceAccount',
    'spec.tolerations',
    'spec.priority',
    'spec.preemptionPolicy',
    'status',
  ],
  Service: ['spec.clusterIP', 'spec.clusterIPs', 'spec.ipFamilies', 'spec.ipFamilyPolicy', 'spec.ports'],
};

/** Fields that a real server gives back as null where nothing is in them. */
const NULLS: Readonly<Record<string, readonly string[]>> = { EndpointSlice: ['endpoints'], Role: ['rules'] };

const without = (object: Fields, path: string): Fields => {
  const [name = '', ...rest] = path.split('.');
  const { [name]: value, ...others } = object;
  if (rest.length === 0 || typeof value !== 'object' || value === null) return rest.length === 0 ? others : object;
  return { ...others, [name]: without(value as Fields, rest.join('.')) };
};

/** Who owns what, in an order of our own: the server's order depends on the time. */
const ownersOf = (object: Fields): readonly unknown[] => {
  const entries = ((object['metadata'] as Fields)['managedFields'] ?? []) as readonly Fields[];
  return entries
    .map((entry) => without(entry, 'time'))
    .toSorted((a, b) =>
      JSON.stringify([a['operation'], a['manager']]) < JSON.stringify([b['operation'], b['manager']]) ? -1 : 1,
    );
};

/** As JSON, so that what is undefined is not there. */
function comparable(object: Fields, left: readonly string[] = []): unknown {
  const paths = [...SERVER_SET.map((name) => `metadata.${name}`), ...left];
  return JSON.parse(JSON.stringify({ ...paths.reduce(without, object), owners: ownersOf(object) }));
}

const refusal = ({ code, reason, message, details }: Partial<Status>): unknown => ({
  code,
  reason: reason === '' ? undefined : reason,
  message: message
    // The same causes as below, in the same order, which is up to chance.
    ?.replace(`[${(details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`).join(', ')}]`, '[the causes]')
    // A body that cannot be read is quoted whole, with its fields in an order of the server's.
    .replace(/patch: Invalid value: ".*": /s, 'patch: '),
  // Go goes through managers and maps as chance will have it.
  causes: details?.causes
    ?.map((cause) => ({ ...cause, message: cause.message.replace(/^Invalid value: "[{m].*": /s, '') }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
});

const put = (manager: string, spec: Fields): Write => ({ verb: 'apply', manager, force: true, body: { spec } });
const change = (manager: string, spec: Fields): Write => ({ verb: 'merge', manager, body: { spec } });
const [P, Q, OWNED] = [{ k: 'p' }, { k: 'q' }, { k: 'p', v: 9 }];

/** What random writes have found once. */
const FOUND: readonly { readonly when: string; readonly writes: readonly Write[] }[] = [
  {
    when: 'the last item goes, of which its manager has patched a field',
    writes: [put('m1', { mode: 'a', map: [P] }), change('m1', { map: [OWNED] }), put('m1', { mode: 'a' })],
  },
  {
    when: 'the last item goes, of which another has patched a field',
    writes: [put('m1', { mode: 'a', map: [P] }), change('m2', { map: [OWNED] }), put('m1', { mode: 'a' })],
  },
  {
    when: 'all items go, of one of which another has patched a field',
    writes: [put('m1', { mode: 'a', map: [P, Q] }), change('m2', { map: [OWNED, Q] }), put('m1', { mode: 'a' })],
  },
  {
    when: 'an item goes of which another has patched a field',
    writes: [put('m1', { mode: 'a', map: [P, Q] }), change('m2', { map: [OWNED, Q] }), put('m1', { mode: 'a', map: [Q] })],
  },
  {
    when: 'an item is applied no longer that another applies',
    writes: [put('m1', { mode: 'a', map: [P] }), put('m2', { map: [OWNED] }), put('m1', { mode: 'a' })],
  },
  { when: 'the last item goes', writes: [put('m1', { mode: 'a', map: [P] }), put('m1', { mode: 'a' })] },
  {
    when: 'nulls are applied where the schema has defaults',
    writes: [put('m1', { mode: 'a', size: null, nested: null, map: [{ k: 'p', d: null }] })],
  },
  {
    when: 'nulls are applied where it has none',
    writes: [put('m1', { mode: null, flag: null, labels: { a: null }, map: [{ k: 'p', v: null }] })],
  },
  {
    when: 'nulls are patched',
    writes: [put('m1', { mode: 'a', flag: true }), change('m1', { flag: null, nested: { deep: null } })],
  },
  { when: 'an empty text is applied where the schema has a default', writes: [put('m1', { mode: 'a', nested: { deep: '' } })] },
  { when: 'a null is applied in a set', writes: [put('m1', { mode: 'a', set: [null] })] },
  { when: 'a list is applied in a set', writes: [put('m1', { mode: 'a', set: [['x']] })] },
  { when: 'a null is applied in a keyed list', writes: [put('m1', { mode: 'a', map: [null] })] },
];

describe.skipIf(cluster === undefined)('objects of the practice cluster', () => {
  let admin: AdminClient;
  let agent: Agent;

  async function send(method: Dispatcher.HttpMethod, path: string, body: unknown, type = 'application/json'): Promise<Fields> {
    const response = await request(`${cluster?.access.server ?? ''}${path}`, {
      method,
      dispatcher: agent,
      headers: { accept: 'application/json', 'content-type': type, 'user-agent': 'practice' },
      body: JSON.stringify(body),
    });
    return (await response.body.json()) as Fields;
  }

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    const { ca, cert, key } = cluster.access;
    agent = new Agent({ connect: { ca, cert, key } });
    await admin.ensure('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
    await admin.waitForObject(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`, (account) => account !== undefined);
    const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await admin.ensure(definitionsPath, SPROCKET_DEFINITION);
    await admin.waitForObject(`${definitionsPath}/${SPROCKET_DEFINITION.metadata.name}`, (one) =>
      hasCondition(one, 'Established'),
    );
    // Server-side apply learns of a new kind a moment after it is served.
    await vi.waitFor(
      async () => {
        const answer = await send('PATCH', `${sprockets}/first?fieldManager=m&dryRun=All`, sprocket('first'), TYPES.apply);
        expect(answer).toMatchObject({ kind: 'Sprocket' });
      },
      { timeout: 30_000, interval: 100 },
    );
  });

  afterAll(async () => {
    if (cluster === undefined) return;
    await admin.delete(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${SPROCKET_DEFINITION.metadata.name}`);
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await agent.close();
    await admin.close();
  });

  const sprockets = `/apis/${SPROCKET_GROUP}/v1/namespaces/${NAMESPACE}/sprockets`;
  const sprocket = (name: string): Fields => ({
    apiVersion: `${SPROCKET_GROUP}/v1`,
    kind: 'Sprocket',
    metadata: { name },
    spec: { mode: 'a' },
  });

  const kindOf = ({ apiVersion, kind }: Sent): ServedKind => {
    const found = BUILT_IN_KINDS.find(
      (one) => one.kind === kind && (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion,
    );
    if (found === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
    return found;
  };

  const collection = ({ group, version, namespaced, plural }: ServedKind): string =>
    `${group === '' ? '/api' : `/apis/${group}`}/${version}${namespaced ? `/namespaces/${NAMESPACE}` : ''}/${plural}`;

  const theirs = (object: Sent): Promise<Fields> =>
    send('POST', `${collection(kindOf(object))}?dryRun=All&fieldValidation=Strict&fieldManager=m`, object);

  /** The object as it would be created, or the refusal. */
  function ours(object: Sent): Fields {
    const kind = kindOf(object);
    const type = builtInType(kind.group, kind.version, kind.kind);
    const body = kind.namespaced ? { ...object, metadata: { ...object.metadata, namespace: NAMESPACE } } : object;
    try {
      const next = defaulted(type, decoded(type, body, 'Strict').object);
      const causes = causesOf(type, next);
      if (causes.length > 0) throw invalid(kind, next.metadata?.name ?? '', causes);
      return tracked(type, undefined, next, { manager: 'm', now: 0 });
    } catch (error) {
      if (error instanceof StatusError) return { ...error.status };
      throw error;
    }
  }

  const titled = (object: Sent, answer: unknown): unknown => ({ sent: JSON.stringify(object), answer });

  it('are completed and owned alike', async () => {
    const left = (object: Sent): readonly string[] => {
      const apart = kindOf(object).subresources.some(({ name }) => name === 'status') ? ['status'] : [];
      return [...(ADDED[object.kind] ?? []), ...(NULLS[object.kind] ?? []), ...apart];
    };
    const answers = await Promise.all(COMPLETED.map(theirs));
    const expected = COMPLETED.map((object, i) => titled(object, comparable(answers[i] ?? {}, left(object))));
    expect(COMPLETED.map((object) => titled(object, comparable(ours(object), left(object))))).toEqual(expected);
  });

  it('are refused alike, in the same words', async () => {
    const told = (answer: Fields): unknown => (answer['kind'] === 'Status' ? refusal(answer) : 'taken');
    const answers = await Promise.all(REFUSED.map(theirs));
    const expected = REFUSED.map((object, i) => titled(object, told(answers[i] ?? {})));
    expect(REFUSED.map((object) => titled(object, told(ours(object))))).toEqual(expected);
  });

  /** One write to both; what the real server says decides how it goes on. */
  async function both(
    type: ObjectType,
    path: string,
    live: KubeObject | undefined,
    write: Write,
  ): Promise<KubeObject | undefined> {
    const force = write.verb === 'apply' ? `&force=${String(write.force)}` : '';
    const answer = await send('PATCH', `${path}?fieldManager=${write.manager}${force}`, write.body, TYPES[write.verb]);
    const own: Answer = written(type, live, write);
    if (answer['kind'] === 'Status') {
      expect('status' in own && refusal(own.status)).toEqual(refusal(answer));
      return live;
    }
    expect('object' in own ? comparable(own.object) : own.status).toEqual(comparable(answer));
    return answer as unknown as KubeObject;
  }

  let objects = 0;

  async function compareWrites(type: ObjectType, base: string, writes: readonly Write[]): Promise<void> {
    objects += 1;
    const name = `object-${objects}`;
    const path = `${base}/${name}`;
    let live: KubeObject | undefined;
    try {
      for (const write of writes) {
        // There is nothing to patch before the first apply.
        if (live === undefined && write.verb !== 'apply') continue;
        live = await both(type, path, live, addressed(type, name, write));
      }
    } finally {
      if (live !== undefined) {
        await admin.patch(path, { metadata: { finalizers: null } });
        await admin.delete(path);
      }
    }
  }

  function addressed({ group, version, kind }: ObjectType, name: string, write: Write): Write {
    if (write.verb !== 'apply') return write;
    const metadata = { ...(write.body['metadata'] as Fields | undefined), name, namespace: NAMESPACE };
    return { ...write, body: { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...write.body, metadata } };
  }

  it('end the same after any applies and patches by several managers', async () => {
    const base = `/api/v1/namespaces/${NAMESPACE}/podtemplates`;
    const type = builtInType('', 'v1', 'PodTemplate');
    await fc.assert(
      fc.asyncProperty(templateWrites, (writes) => compareWrites(type, base, writes)),
      { numRuns: 60 },
    );
  });

  it.each(FOUND)('of custom kinds end the same when $when', async ({ writes }) => {
    await compareWrites(SPROCKET, sprockets, writes);
  });

  it('of custom kinds end the same after any applies and patches by several managers', async () => {
    await fc.assert(
      fc.asyncProperty(customWrites, (writes) => compareWrites(SPROCKET, sprockets, writes)),
      { numRuns: 40 },
    );
  });
});
