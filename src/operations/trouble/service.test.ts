import { describe, expect, test } from 'vitest';

import { before, crashing, NOW, object, pod, type Fields } from './objects.fake.ts';
import { serviceTrouble } from './service.ts';

const service = (spec: Fields, fields: Fields = {}, metadata: Fields = {}) =>
  object(
    'v1',
    'Service',
    'web',
    { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec }, ...fields },
    metadata,
  );
const slice = (...ready: boolean[]) =>
  object('discovery.k8s.io/v1', 'EndpointSlice', 'web-1', {
    endpoints: ready.map((is, index) => ({
      addresses: [`10.0.0.${index}`],
      conditions: { ready: is },
      targetRef: { uid: `u${index}` },
    })),
  });
const web = (fields: Parameters<typeof pod>[0] = {}) =>
  pod({ container: { ports: [{ name: 'http', containerPort: 8080 }] }, ...fields });
const says = (...args: Parameters<typeof serviceTrouble>) =>
  serviceTrouble(...args).map(({ severity, code, why }) => `${severity} ${code}: ${why}`);

describe('Services that are well', () => {
  test.each<[string, ReturnType<typeof service>, Parameters<typeof serviceTrouble>[2]]>([
    ['with endpoints', service({}), { slices: [slice(true, false)], pods: [web()] }],
    ['a name elsewhere', service({ type: 'ExternalName', selector: undefined }), { slices: [], pods: [] }],
    ['without anything known', service({}), {}],
    ['endpoints written by hand', service({ selector: undefined }), { slices: [slice(true)] }],
    ['a port that no pod declares any of', service({}), { slices: [slice(true)], pods: [pod()] }],
    [
      'a load balancer in the making',
      service({ type: 'LoadBalancer' }, { status: {} }, { creationTimestamp: before(30) }),
      { slices: [slice(true)], pods: [web()] },
    ],
  ])('%s', (_, object, context) => {
    expect(serviceTrouble(object, NOW, context)).toEqual([]);
  });
});

test('no pod, no ready pod', () => {
  const nothing = { slices: [], pods: [] };
  expect(says(service({}), NOW, nothing)).toEqual(['broken no-endpoints: its selector app=web matches no pod']);
  expect(says(service({}), NOW, { slices: [slice(false)], pods: [crashing(3)] })).toEqual([
    'broken no-endpoints: it selects 1 pod, none of them ready',
  ]);
});

test('the label that differs', () => {
  const pods = [
    web({ name: 'web-1', labels: { app: 'web', tier: 'front' } }),
    web({ name: 'web-2', labels: { app: 'web', tier: 'front' } }),
    web({ name: 'db-1', labels: { app: 'db' } }),
  ];
  expect(says(service({ selector: { app: 'web', tier: 'frontend' } }), NOW, { slices: [], pods })).toEqual([
    'broken no-endpoints: its selector app=web,tier=frontend matches no pod; nearest: 2 pods (web-1, …) have tier=front, not frontend',
  ]);
  expect(says(service({ selector: { app: 'wep' } }), NOW, { slices: [], pods })[0]).toContain(
    'nearest: 2 pods (web-1, …) have app=web, not wep',
  );
  expect(says(service({ selector: { app: 'payment' } }), NOW, { slices: [], pods })[0]).toBe(
    'broken no-endpoints: its selector app=payment matches no pod',
  );
});

test('ports that lead nowhere', () => {
  const context = { slices: [slice(true)], pods: [web()] };
  expect(says(service({ ports: [{ port: 80, targetPort: 'web' }] }), NOW, context)).toEqual([
    'broken port-mismatch: targetPort "web" is no port name of its pods; they have http (8080)',
  ]);
  expect(says(service({ ports: [{ port: 80, targetPort: 9999 }] }), NOW, context)).toEqual([
    'warning port-mismatch: targetPort 9999 is not declared by its pods; they declare http (8080)',
  ]);
  expect(says(service({ ports: [{ port: 80, targetPort: 'http' }, { port: 8080 }] }), NOW, context)).toEqual([]);
});

test('a load balancer that does not come', () => {
  expect(says(service({ type: 'LoadBalancer' }, { status: { loadBalancer: {} } }), NOW)).toEqual([
    'warning load-balancer-pending: nothing has made a load balancer for it',
  ]);
});
