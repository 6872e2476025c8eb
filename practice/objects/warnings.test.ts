import { expect, it } from 'vitest';

import { decoded } from './decode.ts';
import { defaulted } from './defaults.ts';
import { builtIn } from './types.fake.ts';
import { warningsOf } from './warnings.ts';

const POD = builtIn('', 'v1', 'Pod');
const ofPod = (spec: object): readonly string[] =>
  warningsOf(
    POD,
    defaulted(
      POD,
      decoded(POD, { metadata: { name: 'x' }, spec: { containers: [{ name: 'a', image: 'i' }], ...spec } }, 'Warn').object,
    ),
  );
const container = (name: string, more: object) => ({ name, image: 'i', ...more });

it.each([
  ['nothing out of the way', {}, []],
  [
    'a variable that hides another',
    {
      containers: [
        container('a', {
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ],
    },
    ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
  ],
  [
    'ports that stand in two places',
    {
      containers: [
        container('a', { ports: [{ containerPort: 80, name: 'x' }, { containerPort: 80 }] }),
        container('b', {
          ports: [
            { containerPort: 81, name: 'x' },
            { containerPort: 80, protocol: 'UDP' },
          ],
        }),
      ],
    },
    [
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
      'spec.containers[1].ports[0]: duplicate port name "x" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
    ],
  ],
  [
    'a part of a byte',
    { containers: [container('a', { resources: { requests: { memory: '100m' }, limits: { memory: '1Gi' } } })] },
    ['spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer'],
  ],
  [
    'an old label of nodes',
    { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
    ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
  ],
  [
    'a secret named twice',
    { imagePullSecrets: [{ name: 'a' }, { name: 'a' }] },
    ['spec.imagePullSecrets[1].name: duplicate name "a"'],
  ],
  [
    'a spread over pods that nothing selects',
    { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' }] },
    ['spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod'],
  ],
])('a pod with %s', (_, spec, expected) => {
  expect(ofPod(spec)).toEqual(expected);
});

it('names the place in the template of a workload', () => {
  const env = [{ name: 'A' }, { name: 'A' }];
  const template = { spec: { containers: [container('a', { env })] } };
  const warned = (group: string, kind: string, object: object): readonly string[] =>
    warningsOf(builtIn(group, 'v1', kind), { apiVersion: `${group}/v1`, kind, metadata: { name: 'x' }, ...object });
  const words = 'containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply';
  expect(warned('apps', 'Deployment', { spec: { template } })).toEqual([`spec.template.spec.${words}`]);
  expect(warned('batch', 'CronJob', { spec: { jobTemplate: { spec: { template } } } })).toEqual([
    `spec.jobTemplate.spec.template.spec.${words}`,
  ]);
});

it('says that a job should be named as its pods can be', () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a.b' } };
  expect(warningsOf(builtIn('batch', 'v1', 'Job'), job)).toEqual([
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
  ]);
});

it('says that a headless service keeps nobody to one pod', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } };
  const spec = { clusterIP: 'None', sessionAffinity: 'ClientIP' };
  expect(warningsOf(builtIn('', 'v1', 'Service'), { ...service, spec })).toEqual([
    'spec.SessionAffinity is ignored for headless services',
  ]);
  expect(warningsOf(builtIn('', 'v1', 'Service'), { ...service, spec: { ...spec, clusterIP: '10.96.0.9' } })).toEqual([]);
});
