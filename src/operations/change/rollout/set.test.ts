import { expect, it } from 'vitest';

import { setPatch } from './set.ts';

const pods = { spec: { containers: [{ name: 'app' }, { name: 'log' }], initContainers: [{ name: 'init' }] } };
const workload = { kind: 'Deployment', metadata: { name: 'web' }, spec: { template: pods } };
const inTemplate = (spec: object): object => ({ spec: { template: { spec } } });

it('sets images by container, or of all that are no init containers', () => {
  expect(setPatch(workload, 'image', 'app=a:1,init=b:2')).toEqual(
    inTemplate({ containers: [{ name: 'app', image: 'a:1' }], initContainers: [{ name: 'init', image: 'b:2' }] }),
  );
  expect(setPatch(workload, 'image', '*=a:1')).toEqual(
    inTemplate({
      containers: [
        { name: 'app', image: 'a:1' },
        { name: 'log', image: 'a:1' },
      ],
    }),
  );
});

it('sets variables to values alone, and takes them away', () => {
  expect(setPatch(workload, 'env', 'A=1,B-', 'app')).toEqual(
    inTemplate({
      containers: [
        {
          name: 'app',
          env: [
            { name: 'A', value: '1', valueFrom: null },
            { name: 'B', $patch: 'delete' },
          ],
        },
      ],
    }),
  );
});

it('sets resources', () => {
  expect(setPatch(workload, 'resources', 'requests.cpu=1,limits.memory-', 'log')).toEqual(
    inTemplate({ containers: [{ name: 'log', resources: { requests: { cpu: '1' }, limits: { memory: null } } }] }),
  );
});

it.each([
  [
    { kind: 'CronJob', spec: { jobTemplate: { spec: { template: pods } } } },
    { spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'app', image: 'a' }] } } } } } },
  ],
  [{ kind: 'Pod', ...pods }, { spec: { containers: [{ name: 'app', image: 'a' }] } }],
])('finds the pod template of each kind: %j', (object, patch) => {
  expect(setPatch(object, 'image', 'app=a')).toEqual(patch);
});

it.each([
  [workload, 'image', 'ap=a', 'Deployment "web" has no container "ap"; did you mean "app"?'],
  [workload, 'image', 'app=', 'gives the container "app" no image'],
  [workload, 'resources', 'cpu=1', '"cpu" is no resource'],
  [{ kind: 'ConfigMap', metadata: { name: 'c' } }, 'env', 'A=1', 'ConfigMap "c" describes no pods'],
] as const)('refuses what cannot be meant: %j %s %s', (object, setting, text, why) => {
  expect(() => setPatch(object, setting, text)).toThrow(why);
});
