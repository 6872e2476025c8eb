import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SILENT_ELEMENTS, SILENT_FIELDS } from './defaults.ts';
import { slim } from './slim.ts';

const TOKEN_MOUNT = { name: 'kube-api-access-x2v9k', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true };
const EVICTION = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'api-0',
    uid: 'u',
    resourceVersion: '7',
    generation: 1,
    selfLink: '/x',
    creationTimestamp: '2026-01-02T03:04:05Z',
    managedFields: [{ manager: 'kubectl' }],
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api', uid: 'o', controller: true, blockOwnerDeletion: true },
    ],
  },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'api:1',
        imagePullPolicy: 'IfNotPresent',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        resources: {},
        securityContext: { capabilities: {} },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        readinessProbe: {
          httpGet: { path: '/', port: 80, scheme: 'HTTP' },
          successThreshold: 1,
          timeoutSeconds: 5,
          periodSeconds: 10,
          failureThreshold: 3,
        },
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, TOKEN_MOUNT],
      },
      { name: 'side', image: 'registry:5000/side', imagePullPolicy: 'Always', volumeMounts: [TOKEN_MOUNT] },
      { name: 'old', image: 'old:2', imagePullPolicy: 'Always', ports: [{ containerPort: 53, protocol: 'UDP' }] },
    ],
    initContainers: [{ name: 'sidecar', restartPolicy: 'Always' }],
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    priority: 0,
    serviceAccount: 'api',
    serviceAccountName: 'api',
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', ...EVICTION },
      { key: 'node.kubernetes.io/unreachable', ...EVICTION },
      { key: 'gpu', operator: 'Exists' },
    ],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'conf', configMap: { name: 'conf', defaultMode: 420 } },
      { name: 'kube-api-access-x2v9k', projected: { sources: [] } },
    ],
  },
  status: {
    observedGeneration: 1,
    conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null, observedGeneration: 1 }],
    hostIP: '10.0.0.1',
    hostIPs: [{ ip: '10.0.0.1' }],
    podIP: '10.1.0.1',
    podIPs: [{ ip: '10.1.0.1' }],
    containerStatuses: [{ name: 'app', lastState: {}, state: { running: {} }, volumeMounts: [TOKEN_MOUNT] }],
  },
};

describe('slim', () => {
  test('a pod keeps what somebody chose', () => {
    expect(slim(POD)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'api-0',
        creationTimestamp: '2026-01-02T03:04:05Z',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api', controller: true }],
      },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'api:1',
            ports: [{ containerPort: 80 }],
            readinessProbe: { httpGet: { path: '/', port: 80 }, timeoutSeconds: 5 },
            volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
          },
          { name: 'side', image: 'registry:5000/side' },
          { name: 'old', image: 'old:2', imagePullPolicy: 'Always', ports: [{ containerPort: 53, protocol: 'UDP' }] },
        ],
        initContainers: [{ name: 'sidecar', restartPolicy: 'Always' }],
        serviceAccountName: 'api',
        tolerations: [{ key: 'gpu', operator: 'Exists' }],
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'conf', configMap: { name: 'conf' } },
        ],
      },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        hostIP: '10.0.0.1',
        podIP: '10.1.0.1',
        containerStatuses: [{ name: 'app', state: { running: {} } }],
      },
    });
  });

  test('what a pod holds is told once, unless a resize is under way', () => {
    const resources = { requests: { cpu: '100m' }, limits: { cpu: '1' } };
    const container = { name: 'app', resources, allocatedResources: { cpu: '100m' } };
    const status = { resources: structuredClone(resources), allocatedResources: { cpu: '100m' }, containerStatuses: [container] };
    const slimmed = (given: object) => slim({ apiVersion: 'v1', kind: 'Pod', status: given })['status'];
    expect(slimmed(status)).toEqual({ containerStatuses: [{ name: 'app', resources }] });
    const growing = {
      ...status,
      allocatedResources: { cpu: '50m' },
      containerStatuses: [{ ...container, allocatedResources: { cpu: '50m' } }],
    };
    expect(slimmed(growing)).toEqual({
      allocatedResources: { cpu: '50m' },
      containerStatuses: [{ name: 'app', resources, allocatedResources: { cpu: '50m' } }],
    });
    const two = { resources, containerStatuses: [{ name: 'app', resources }, { name: 'side' }] };
    expect(slimmed(two)).toEqual(two);
  });

  test('defaults are those of the kind', () => {
    const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } };
    const template = {
      metadata: { creationTimestamp: null, labels: { a: 'b' } },
      spec: { containers: [], dnsPolicy: 'ClusterFirst' },
    };
    const spec = {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: rolling,
      selector: {},
      template,
    };
    expect(
      slim({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { generation: 2 }, spec, status: { observedGeneration: 1 } }),
    ).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { generation: 2 },
      spec: {
        replicas: 1,
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        selector: {},
        template: { metadata: { labels: { a: 'b' } } },
      },
      status: { observedGeneration: 1 },
    });
    const cron = {
      jobTemplate: { spec: { backoffLimit: 6, template: { spec: { restartPolicy: 'Never', dnsPolicy: 'ClusterFirst' } } } },
    };
    expect(slim({ apiVersion: 'batch/v1', kind: 'CronJob', spec: cron })['spec']).toEqual({
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never' } } } },
    });
  });

  test('a service names its address once', () => {
    const spec = {
      type: 'NodePort',
      clusterIP: '10.9.0.1',
      clusterIPs: ['10.9.0.1'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ports: [
        { port: 80, targetPort: 80, protocol: 'TCP' },
        { port: 81, targetPort: 'http', protocol: 'TCP' },
      ],
    };
    expect(slim({ apiVersion: 'v1', kind: 'Service', spec, status: { loadBalancer: {} } })).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      spec: { type: 'NodePort', clusterIP: '10.9.0.1', ports: [{ port: 80 }, { port: 81, targetPort: 'http' }] },
    });
  });

  test('empty means something in network policies and in custom resources', () => {
    const policy = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}], egress: [] };
    expect(slim({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: policy })['spec']).toEqual(policy);
    const issuer = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { uid: 'u', labels: {} },
      spec: { selfSigned: {}, protocol: 'TCP' },
    };
    expect(slim(issuer)).toEqual({ apiVersion: 'cert-manager.io/v1', kind: 'Issuer', spec: { selfSigned: {}, protocol: 'TCP' } });
  });

  test('names like those of every object are fields like any other', () => {
    const map = JSON.parse(
      '{"apiVersion":"v1","kind":"constructor","metadata":{"uid":"u"},"data":{"__proto__":"x","constructor":"y"}}',
    ) as object;
    expect(JSON.stringify(slim({ ...map }))).toBe(
      '{"apiVersion":"v1","kind":"constructor","data":{"__proto__":"x","constructor":"y"}}',
    );
  });

  test('a default of another type is none', () => {
    const spec = { priority: '0', enableServiceLinks: 'true', podIPs: 'x' };
    expect(slim({ apiVersion: 'v1', kind: 'Pod', spec })).toEqual({ apiVersion: 'v1', kind: 'Pod', spec });
  });

  test('full leaves everything', () => {
    expect(slim(POD, { full: true })).toBe(POD);
  });

  test('never changes what it was given', () => {
    const before = structuredClone(POD);
    slim(POD);
    expect(POD).toEqual(before);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('metadata', 'spec', 'status', 'kind', 'x'), fc.jsonValue()), (object) => {
        const copy = structuredClone(object);
        const slimmed = slim(object);
        expect(object).toEqual(copy);
        expect(slim(slimmed)).toEqual(slimmed);
      }),
    );
  });

  test('every rule has its reason, and no two speak of one field', () => {
    const rules = [...SILENT_FIELDS, ...SILENT_ELEMENTS];
    expect(rules.filter((rule) => rule.why === '')).toEqual([]);
    expect(new Set(rules.map((rule) => `${rule.place}.${rule.field}`)).size).toBe(rules.length);
  });
});
