import { describe, expect, test } from 'vitest';

import { connectionTo } from '../../test/support/connection.ts';
import { kindNamed } from '../../test/support/kinds.ts';
import type { ResourceKind } from '../kubernetes/index.ts';
import type { Precondition } from './plan.ts';
import { send, writesOf, type SendOptions } from './send.ts';
import type { PatchStep, Step } from './step.ts';
import type { Target } from './target.ts';

const cluster = 'prod';
const kind = kindNamed('Deployment', { group: 'apps', subresources: ['scale', 'status'] });
const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const object = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'of another cluster', managedFields: [] },
  spec: { replicas: 2 },
  status: { replicas: 1 },
};
const here: Precondition = { is: 'present', uid: 'u-1', resourceVersion: '7' };
const PATH = '/apis/apps/v1/namespaces/shop/deployments';

/** Does a step and tells which requests went out: method and path, and what was in them. */
async function sent(step: Step, options: Partial<SendOptions> = {}, of: ResourceKind = kind) {
  const { connection, sent: requests, lines } = connectionTo(() => ({ body: { ...object, spec: { replicas: 9 } } }));
  const target: Target = { subject: { cluster, ...subject }, kind: of, connection, pending: false };
  const answer = await send(target, step, { dryRun: false, ...options });
  const bodies = requests.map(({ body }) => (body === undefined ? undefined : (JSON.parse(body) as unknown)));
  return { answer, bodies, lines: lines().map((line) => decodeURIComponent(line)) };
}

const patching = (type: PatchStep['type'], patch: PatchStep['patch'], subresource?: string): PatchStep => ({
  action: 'patch',
  cluster,
  subject,
  type,
  patch,
  subresource,
});

describe('what goes to the server', () => {
  test('of an apply or a new object is what somebody wanted, and nothing that only the server knows', async () => {
    for (const action of ['apply', 'create'] as const) {
      const { bodies } = await sent({ action, cluster, object });
      expect(bodies).toEqual([expect.not.objectContaining({ status: expect.anything() })]);
      expect(bodies).toMatchObject([{ spec: { replicas: 2 } }]);
      expect(bodies).toMatchObject([{ metadata: { name: 'web', namespace: 'shop' } }]);
      expect(JSON.stringify(bodies)).not.toMatch(/uid|managedFields/);
    }
  });

  test('takes fields from nobody unless it is told to', async () => {
    const apply: Step = { action: 'apply', cluster, object };
    expect((await sent(apply)).lines).toEqual([`PATCH ${PATH}/web?fieldManager=fairlead&fieldValidation=Strict&force=false`]);
    expect((await sent(apply, { force: true })).lines[0]).toContain('force=true');
  });

  test.each<[string, Step]>([
    ['an apply', { action: 'apply', cluster, object }],
    ['a new object', { action: 'create', cluster, object }],
    ['a patch', patching('merge', { spec: { replicas: 1 } })],
    ['a scaling', { action: 'scale', cluster, subject, replicas: 0 }],
  ])('of %s that is only tried is marked so on every write', async (_, step) => {
    const writes = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('GET'));
    const tried = writes((await sent(step, { dryRun: true })).lines);
    expect(tried).toEqual([expect.stringContaining('dryRun=All')]);
    expect(writes((await sent(step)).lines).join()).not.toContain('dryRun');
  });

  test.each<[string, Step]>([
    ['a deletion', { action: 'delete', cluster, subject }],
    ['an eviction', { action: 'evict', cluster, subject }],
  ])('of %s that is only tried is marked so', async (_, step) => {
    const marked = async (dryRun: boolean): Promise<boolean> => {
      const { lines, bodies } = await sent(step, { dryRun });
      expect(lines).toHaveLength(1);
      return JSON.stringify([lines, bodies]).includes('dryRun');
    };
    expect(await marked(true)).toBe(true);
    // An eviction is tried where its own options say so.
    const [body] = (await sent(step, { dryRun: true })).bodies;
    if (step.action === 'evict') expect(body).toMatchObject({ deleteOptions: { dryRun: ['All'] } });
    expect(await marked(false)).toBe(false);
  });
});

describe('an object that must be as it was seen', () => {
  const version = { uid: 'u-1', resourceVersion: '7' };

  test.each<[string, Step, object]>([
    ['applied', { action: 'apply', cluster, object }, { metadata: version }],
    ['deleted', { action: 'delete', cluster, subject }, { preconditions: version }],
    ['scaled', { action: 'scale', cluster, subject, replicas: 3 }, { metadata: version, spec: { replicas: 3 } }],
    ['merged with a patch', patching('merge', { spec: {} }), { metadata: version, spec: {} }],
    [
      'merged with a patch that sets labels',
      patching('strategic', { metadata: { labels: { a: 'b' } } }),
      { metadata: { ...version, labels: { a: 'b' } } },
    ],
  ])('is %s with its version', async (_, step, body) => {
    expect((await sent(step, { expect: here })).bodies[0]).toMatchObject(body);
    expect(JSON.stringify((await sent(step)).bodies)).not.toContain('u-1');
  });

  test('is tested for its version before the operations of a JSON patch', async () => {
    const operations = [{ op: 'remove', path: '/data/a' }];
    const expected = { op: 'test', path: '/metadata/resourceVersion', value: '7' };
    expect((await sent(patching('json', operations), { expect: here })).bodies).toEqual([[expected, ...operations]]);
    expect((await sent(patching('json', operations))).bodies).toEqual([operations]);
  });

  test('is evicted by its uid alone, since a version of a pod lives for seconds', async () => {
    const evict: Step = { action: 'evict', cluster, subject, gracePeriodSeconds: 5 };
    const { bodies, lines } = await sent(evict, { expect: here });
    expect(lines).toEqual([expect.stringContaining(`POST ${PATH}/web/eviction`)]);
    expect(bodies).toMatchObject([{ apiVersion: 'policy/v1', metadata: { name: 'web', namespace: 'shop' } }]);
    expect(bodies).toMatchObject([{ kind: 'Eviction', deleteOptions: { gracePeriodSeconds: 5, preconditions: { uid: 'u-1' } } }]);
    expect(JSON.stringify(bodies)).not.toContain('resourceVersion');
  });

  test('is not created in place of one that somebody made meanwhile', async () => {
    const { bodies } = await sent({ action: 'apply', cluster, object }, { expect: { is: 'absent' } });
    expect(bodies).toMatchObject([{ metadata: { resourceVersion: expect.stringMatching(/./) } }]);
  });
});

test('a deletion takes along what it is told to, and gives the time that it is told to', async () => {
  const step: Step = { action: 'delete', cluster, subject, propagation: 'Orphan', gracePeriodSeconds: 3 };
  const { bodies, answer } = await sent(step);
  expect(bodies).toMatchObject([{ propagationPolicy: 'Orphan', gracePeriodSeconds: 3 }]);
  expect(answer).toBeUndefined();
  const plain = await sent({ action: 'delete', cluster, subject });
  expect(plain.bodies).toMatchObject([{ propagationPolicy: 'Background' }]);
  expect(JSON.stringify(plain.bodies)).not.toContain('gracePeriodSeconds');
});

test('a patch is sent as what it is', async () => {
  const { connection, sent: requests } = connectionTo(() => ({ body: object }));
  const target: Target = { subject: { cluster, ...subject }, kind, connection, pending: false };
  const steps: Step[] = [
    patching('merge', {}),
    patching('strategic', {}),
    patching('json', []),
    { action: 'scale', cluster, subject, replicas: 1 },
  ];
  for (const step of steps) await send(target, step, { dryRun: true });
  expect(requests.filter(({ method }) => method === 'PATCH').map(({ contentType }) => contentType)).toEqual([
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/json-patch+json',
    'application/merge-patch+json',
  ]);
});

test('scaling is asked of the scale alone, and answered with the object itself', async () => {
  const step: Step = { action: 'scale', cluster, subject, replicas: 9 };
  const { lines, answer } = await sent(step);
  expect(lines).toEqual([expect.stringContaining(`PATCH ${PATH}/web/scale`), `GET ${PATH}/web`]);
  expect(answer).toMatchObject({ kind: 'Deployment', spec: { replicas: 9 } });
  await expect(sent(step, {}, { ...kind, subresources: [] })).rejects.toMatchObject({ code: 'not-scalable' });
});

describe('a warrant for a step', () => {
  const common = { cluster, group: 'apps', resource: 'deployments', namespace: 'shop' };

  test.each<[string, Step, readonly object[]]>([
    ['an apply', { action: 'apply', cluster, object }, [{ verb: 'patch', name: 'web' }]],
    ['a new object', { action: 'create', cluster, object }, [{ verb: 'create' }]],
    [
      'a new object that goes again',
      { action: 'create', cluster, object, temporary: true },
      [{ verb: 'create' }, { verb: 'delete', name: 'web' }],
    ],
    ['a patch', patching('merge', {}), [{ verb: 'patch', name: 'web' }]],
    ['a patch of the status', patching('merge', {}, 'status'), [{ verb: 'patch', name: 'web', subresource: 'status' }]],
    ['a scaling', { action: 'scale', cluster, subject, replicas: 1 }, [{ verb: 'patch', name: 'web', subresource: 'scale' }]],
    ['a deletion', { action: 'delete', cluster, subject }, [{ verb: 'delete', name: 'web' }]],
    ['an eviction', { action: 'evict', cluster, subject }, [{ verb: 'create', name: 'web', subresource: 'eviction' }]],
  ])('of %s covers that one request and no other', (_, step, writes) => {
    const target = { subject: { cluster, ...subject }, kind } as Target;
    expect(writesOf(target, step)).toEqual(writes.map((write) => ({ ...common, ...write })));
  });
});
