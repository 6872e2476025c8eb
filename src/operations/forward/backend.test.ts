import { describe, expect, it } from 'vitest';

import { failure } from '../../../test/support/wire.ts';
import type { KubernetesObject } from '../../kubernetes/index.ts';
import { fakeCluster } from '../describe/cluster.fake.ts';
import { crashing, pod } from '../trouble/objects.fake.ts';
import { findBackends, type ForwardTarget } from './backend.ts';

const service = (ports: readonly object[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports },
});

const slice = (
  name: string,
  ports: readonly object[],
  ...pods: readonly (readonly [pod: string, ready: boolean])[]
): KubernetesObject => {
  const endpoints = pods.map(([each, ready]) => ({ conditions: { ready }, targetRef: { kind: 'Pod', name: each } }));
  const metadata = { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } };
  return Object.assign({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata }, { ports, endpoints });
};

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-web' },
  spec: { selector: { matchLabels: { app: 'web' } } },
};

const find = (objects: readonly KubernetesObject[], target: Partial<ForwardTarget>) =>
  findBackends(fakeCluster(objects).connection, { namespace: 'shop', kind: 'service', name: 'web', ...target });

const HTTP = { name: 'http', port: 80, targetPort: 'web' };
const ADMIN = { name: 'admin', port: 81, targetPort: 9_000 };

describe('what is behind a Service', () => {
  const two = [
    service([HTTP, ADMIN]),
    slice(
      'a',
      [
        { name: 'http', port: 8_080 },
        { name: 'admin', port: 9_000 },
      ],
      ['web-1', true],
      ['web-2', false],
    ),
    // Pods of another version give the name to another number.
    slice('b', [{ name: 'http', port: 8_081 }], ['web-3', true]),
  ];

  it('is the port of its ready endpoints, and not its own', async () => {
    const http = [
      { pod: 'web-1', port: 8_080 },
      { pod: 'web-3', port: 8_081 },
    ];
    expect(await find(two, { port: '80' })).toEqual(http);
    expect(await find(two, { port: 'http' })).toEqual(http);
    expect(await find(two, { port: '81' })).toEqual([{ pod: 'web-1', port: 9_000 }]);
  });

  it('needs no port where there is one alone', async () => {
    const only = [service([{ port: 80 }]), slice('a', [{ port: 8_080 }], ['web-1', true])];
    expect(await find(only, {})).toEqual([{ pod: 'web-1', port: 8_080 }]);
  });

  it('is told when it is nothing, or the port is none', async () => {
    const none = [service([HTTP]), slice('a', [{ name: 'http', port: 8_080 }], ['web-1', false])];
    expect(await failure(find(none, {}))).toMatchObject({
      code: 'unreachable',
      message: 'Nothing behind Service web in namespace shop is ready.',
    });
    expect(await failure(find(two, { port: '8080' }))).toMatchObject({
      message: 'Service web: it has no port "8080".',
      advice: 'Ports: 80 (http), 81 (admin).',
    });
    expect(await failure(find(two, {}))).toMatchObject({ message: 'Service web: no port is named, and it has several or none.' });
  });
});

describe('what is behind a pod or a workload', () => {
  const named = { container: { ports: [{ name: 'web', containerPort: 8_080 }] } };

  it('is the port that is named, by number or name', async () => {
    const kind = 'pod';
    expect(await find([pod(named)], { kind, name: 'web-1', port: '3000' })).toEqual([{ pod: 'web-1', port: 3_000 }]);
    expect(await find([pod(named)], { kind, name: 'web-1', port: 'web' })).toEqual([{ pod: 'web-1', port: 8_080 }]);
    expect(await find([pod(named)], { kind, name: 'web-1' })).toEqual([{ pod: 'web-1', port: 8_080 }]);
  });

  it('is every pod of a workload that is ready', async () => {
    const pods = [
      pod({ ...named, name: 'web-1' }),
      pod({ ...named, name: 'web-2', is: { ready: false } }),
      pod({ ...named, name: 'web-3' }),
    ];
    const found = await find([deployment, ...pods], { kind: 'deployment', port: 'web' });
    expect(found.map((each) => each.pod)).toEqual(['web-1', 'web-3']);
  });

  it.each(['0', '65536', '-1', '80.5', 'nope'])('is refused for the port %s', async (port) => {
    expect(await failure(find([pod(named)], { kind: 'pod', name: 'web-1', port }))).toMatchObject({
      code: 'invalid-argument',
      field: 'port',
    });
  });

  it('is nothing while no pod is ready', async () => {
    expect(await failure(find([deployment, crashing(3)], { kind: 'deployment' }))).toMatchObject({ code: 'unreachable' });
  });
});
