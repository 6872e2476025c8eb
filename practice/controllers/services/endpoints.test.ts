import { describe, expect, it } from 'vitest';

import { NAMESPACE, pod, testCluster, workload, podTemplate } from '../testing.ts';

const service = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }], ...spec },
});
const ports = [{ name: 'web', containerPort: 8080 }];

describe('a Service', () => {
  it('gets an address of its own, and ports on the nodes where its type has them', () => {
    const cluster = testCluster();
    const { spec } = cluster.apply('services', service({ type: 'NodePort' }));
    expect(spec.clusterIP).toMatch(/^10\.96\.\d+\.\d+$/);
    expect(spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_000);
    const headless = cluster.apply('services', { ...service({ clusterIP: 'None' }), metadata: { name: 'headless' } });
    expect(headless.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
  });

  it('gets no port on the nodes when all are taken', () => {
    const cluster = testCluster();
    const service = (name: string, ports: number) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { type: 'NodePort', ports: Array.from({ length: ports }, (_, index) => ({ name: `p${index}`, port: index + 1 })) },
    });
    cluster.apply('services', service('all', 2768));
    expect(() => cluster.apply('services', service('more', 1))).toThrow('failed to allocate a nodePort: range is full');
  });

  it('has the ready pods of its selector as endpoints, by the number of their named port', () => {
    const cluster = testCluster({ images: { cold: { readyAfterSeconds: 'never' } } });
    cluster.apply('services', service());
    cluster.pass(1);
    const [empty] = cluster.list('endpointslices.discovery.k8s.io', NAMESPACE);
    expect(empty).toMatchObject({ endpoints: null, ports: null, addressType: 'IPv4' });
    const readinessProbe = { tcpSocket: { port: 8080 } };
    cluster.apply('pods', pod('ready', { ports }));
    cluster.apply('pods', pod('cold', { ports, image: 'cold', readinessProbe }));
    cluster.pass(10);
    const [slice, ...others] = cluster.list('endpointslices.discovery.k8s.io', NAMESPACE);
    expect(others).toEqual([]);
    expect(slice?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(slice?.endpoints?.map(({ targetRef, conditions }) => [targetRef.name, conditions.ready, conditions.serving])).toEqual([
      ['cold', false, false],
      ['ready', true, true],
    ]);
    const [subset] = (cluster.find('endpoints', 'web').subsets ?? []) as readonly {
      addresses: unknown[];
      notReadyAddresses: unknown[];
    }[];
    expect(subset?.addresses).toHaveLength(1);
    expect(subset?.notReadyAddresses).toHaveLength(1);
  });

  it('loses the endpoints of pods that go, and its Endpoints with itself', () => {
    const cluster = testCluster();
    cluster.apply('services', service());
    cluster.apply('replicasets.apps', workload('ReplicaSet', { replicas: 150, template: podTemplate({ ports }) }));
    cluster.pass(20);
    const sizes = () => cluster.list('endpointslices.discovery.k8s.io', NAMESPACE).map(({ endpoints }) => endpoints?.length ?? 0);
    expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(110);
    expect(sizes().every((size) => size <= 100)).toBe(true);
    cluster.change('replicasets.apps', 'web', { replicas: 0 });
    cluster.pass(20);
    expect(sizes()).toEqual([0]);
    cluster.delete('services', cluster.find('services', 'web'));
    cluster.pass(1);
    expect(cluster.list('endpoints', NAMESPACE)).toEqual([]);
  });
});
