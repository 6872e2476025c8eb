import { expect, test } from 'vitest';

import { before, object } from '../trouble/objects.fake.ts';
import { byRevision, changeFacts, revisionFacts, templateDifferences } from './revisions.ts';

const template = (container: object, spec: object = {}) => ({
  metadata: { labels: { app: 'web', 'pod-template-hash': 'x' } },
  spec: { containers: [{ name: 'app', ...container }], ...spec },
});

test('templates are compared by the names of what is in them', () => {
  const was = template({
    image: 'web:1',
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
    resources: { limits: { memory: '64Mi' } },
  });
  const is = template({
    image: 'web:2',
    env: [
      { name: 'B', value: '2' },
      { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ],
    resources: { limits: { memory: '16Mi' } },
  });
  expect(templateDifferences(was, is)).toEqual([
    { path: 'app.image', was: 'web:1', is: 'web:2', sort: 'changed' },
    { path: 'app.env.C', was: undefined, is: '{"secretKeyRef":{"name":"s","key":"k"}}', sort: 'added' },
    { path: 'app.limits.memory', was: '64Mi', is: '16Mi', sort: 'changed' },
    { path: 'app.env.A', was: '1', is: undefined, sort: 'removed' },
  ]);
});

test('long values that differ at their end differ', () => {
  const args = (last: string) => template({ args: ['x'.repeat(200), last] });
  expect(templateDifferences(args('a'), args('b'))).toMatchObject([{ path: 'app.args', sort: 'changed' }]);
  expect(templateDifferences(args('a'), args('a'))).toEqual([]);
});

const set = (revision: number, pods: number, image: string, age: number) =>
  object(
    'apps/v1',
    'ReplicaSet',
    `web-${revision}`,
    { spec: { replicas: pods, template: template({ image }) }, status: { readyReplicas: pods } },
    { annotations: { 'deployment.kubernetes.io/revision': String(revision) }, creationTimestamp: before(age) },
  );

test('the newest revision is told with those that still have pods', () => {
  const sorted = byRevision([set(1, 0, 'web:1', 900), set(10, 1, 'web:10', 60), set(9, 2, 'web:9', 600)]);
  expect(revisionFacts(sorted).map(({ name, newest }) => [name, newest])).toEqual([
    ['web-10', true],
    ['web-9', false],
  ]);
  expect(changeFacts(sorted, object('apps/v1', 'Deployment', 'web'))).toMatchObject({
    revision: 10,
    at: before(60),
    differences: [{ path: 'app.image', was: 'web:9', is: 'web:10' }],
    more: 0,
  });
});

test('when a rollback came is not known: its ReplicaSet is an old one', () => {
  const sorted = byRevision([set(3, 2, 'web:1', 900), set(2, 0, 'web:2', 60)]);
  expect(changeFacts(sorted, object('apps/v1', 'Deployment', 'web'))).toMatchObject({ revision: 3, at: undefined });
});
