/** Random writes to one object: a PodTemplate, which no controller touches, and a custom kind with every sort of list. */
import fc from 'fast-check';

import type { Write } from './object-writes.ts';

type Any = fc.Arbitrary<unknown>;

const maybe = (value: Any): Any => fc.option(value, { nil: undefined });
const some = (fields: Readonly<Record<string, Any>>): Any => fc.record(fields, { requiredKeys: [] });
const unique = (item: fc.Arbitrary<Readonly<Record<string, unknown>>>, key: string, minLength = 0): Any =>
  fc.uniqueArray(item, { selector: (one) => one[key], minLength, maxLength: 3 });
const oneOf = (...values: readonly unknown[]): Any => fc.constantFrom(...values);

const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), { maxKeys: 3 });
const changedLabels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(null, '1', '2'), { maxKeys: 3 });
const finalizers = fc.uniqueArray(fc.constantFrom('x.y/a', 'x.y/b'), { maxLength: 2 });
const metadata = some({ labels, annotations: labels, finalizers });

const ports = oneOf(
  [],
  [{ containerPort: 80 }],
  [{ containerPort: 80, name: 'x' }, { containerPort: 81 }],
  [{ containerPort: 80, protocol: 'UDP' }, { containerPort: 80 }],
);
const variable = fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: maybe(oneOf('1', '2', '')) });
const container = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  image: fc.constantFrom('x', 'y:1'),
  args: maybe(fc.array(fc.constantFrom('p', 'q'), { maxLength: 2 })),
  ports: maybe(ports),
  env: maybe(unique(variable, 'name')),
  resources: maybe(
    some({ limits: fc.dictionary(fc.constantFrom('cpu', 'memory'), fc.constantFrom('1', '1000m', '2'), { maxKeys: 2 }) }),
  ),
  securityContext: maybe(some({ runAsUser: oneOf(0, 5), capabilities: some({ add: oneOf(['A'], ['B', 'A'], []) }) })),
});
const volumeName = fc.constantFrom('v', 'w');
const volume = fc.oneof(
  fc.record({ name: volumeName }),
  fc.record({ name: volumeName, configMap: fc.record({ name: fc.constantFrom('c', 'd') }) }),
  fc.record({ name: volumeName, emptyDir: some({ medium: fc.constant('Memory') }) }),
);
const alias = fc.record({ ip: fc.constantFrom('10.0.0.1', '10.0.0.2'), hostnames: fc.constantFrom(['a'], ['a', 'b']) });
const podSpec = fc.record({
  containers: unique(container, 'name', 1),
  volumes: maybe(unique(volume, 'name')),
  nodeSelector: maybe(labels),
  tolerations: maybe(oneOf([], [{ operator: 'Exists' }], [{ key: 'k', operator: 'Exists' }, { operator: 'Exists' }])),
  hostAliases: maybe(unique(alias, 'ip')),
  imagePullSecrets: maybe(unique(fc.record({ name: fc.constantFrom('s', 't') }), 'name')),
  terminationGracePeriodSeconds: maybe(oneOf(0, 30, 5)),
  affinity: maybe(oneOf({}, { nodeAffinity: {} })),
  securityContext: maybe(oneOf({}, { runAsUser: 0 }, { sysctls: [{ name: 'a', value: 'b' }] })),
});
const template = fc.record({
  metadata: maybe(metadata),
  template: fc.record({ metadata: maybe(some({ labels, annotations: labels })), spec: podSpec }),
});
const partOfTemplate = fc.record({
  metadata: maybe(metadata),
  template: maybe(
    some({
      spec: some({
        nodeSelector: labels,
        volumes: unique(volume, 'name'),
        hostAliases: oneOf([], [{ ip: '10.0.0.2', hostnames: ['z'] }]),
      }),
    }),
  ),
});

const mergeTemplate = some({
  metadata: some({ labels: fc.oneof(fc.constant(null), changedLabels), annotations: changedLabels }),
  template: some({
    spec: some({
      nodeSelector: changedLabels,
      volumes: fc.oneof(fc.constant(null), unique(volume, 'name')),
      affinity: oneOf(null, {}),
    }),
  }),
});

const changedContainer = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  image: fc.constantFrom('x', 'y:1'),
  $patch: maybe(fc.constant('delete')),
  env: maybe(
    unique(
      fc.record({ name: fc.constantFrom('A', 'B'), value: oneOf('1', '9', null), $patch: maybe(fc.constant('delete')) }),
      'name',
    ),
  ),
  args: maybe(oneOf(['z'], null)),
  resources: maybe(oneOf(null, { $patch: 'replace', requests: { cpu: '1m' } }, { limits: { cpu: null } })),
});
const changedVolume = fc.oneof(
  volume,
  fc.record({ name: volumeName, $patch: fc.constant('delete') }),
  fc.record({ name: volumeName, $retainKeys: fc.constant(['name', 'emptyDir']), emptyDir: fc.constant({}) }),
);
const strategicTemplate = some({
  metadata: some({
    labels: changedLabels,
    finalizers: oneOf(['x.y/c'], ['x.y/d', 'x.y/c']),
    // Never one that is added as well: what a server does then is up to chance.
    '$deleteFromPrimitiveList/finalizers': oneOf(['x.y/a'], ['x.y/b']),
  }),
  template: some({
    spec: some({
      containers: unique(changedContainer, 'name'),
      '$setElementOrder/containers': oneOf(
        [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
        [{ name: 'c' }, { name: 'b' }, { name: 'a' }],
      ),
      volumes: fc.array(changedVolume, { maxLength: 2 }),
      nodeSelector: oneOf({ $patch: 'delete' }, { $patch: 'replace', z: '1' }, null, { a: null, c: '3' }),
    }),
  }),
});

const step = fc.oneof(
  fc.record({ op: fc.constant('add'), path: oneOf('/metadata/labels/q', '/metadata/annotations/q'), value: fc.constant('1') }),
  fc.record({ op: fc.constant('add'), path: fc.constant('/template/spec/containers/0/args'), value: fc.constant(['k']) }),
  fc.record({
    op: fc.constant('remove'),
    path: oneOf(
      '/metadata/labels/a',
      '/template/spec/containers/1',
      '/template/spec/containers/-1',
      '/template/spec/nodeSelector',
    ),
  }),
  fc.record({
    op: fc.constant('replace'),
    path: oneOf('/template/spec/containers/0/image', '/metadata/labels/zz'),
    value: fc.constant('i'),
  }),
  fc.record({
    op: fc.constant('replace'),
    path: fc.constant('/template/spec/terminationGracePeriodSeconds'),
    value: oneOf(7, 'x'),
  }),
  fc.record({
    op: fc.constant('test'),
    path: oneOf('/metadata/labels/a', '/template/spec/containers/0/name'),
    value: oneOf('1', 'a'),
  }),
  fc.record({
    op: oneOf('move', 'copy'),
    from: oneOf('/metadata/labels/a', '/metadata/annotations/a'),
    path: fc.constant('/metadata/labels/b'),
  }),
);

const custom = fc.record({
  metadata: maybe(metadata),
  spec: fc.record({
    mode: fc.constantFrom('a', 'b'),
    size: maybe(oneOf(1, 5, 0)),
    name: maybe(oneOf('aa', 'bb')),
    nil: maybe(oneOf(null, 'x')),
    port: maybe(oneOf(1, 'x')),
    set: maybe(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 })),
    map: maybe(unique(fc.record({ k: fc.constantFrom('p', 'q'), v: maybe(oneOf(1, 2)) }), 'k', 1)),
    list: maybe(fc.array(fc.constantFrom('l', 'm'), { minLength: 1, maxLength: 2 })),
    whole: maybe(some({ x: oneOf('1', '2'), z: fc.constant('3') })),
    nested: maybe(oneOf(null, {}, { deep: '' }, { deep: null, sub: { a: '1' } })),
    labels: maybe(labels),
    // What the schema refuses, of what everybody else has to say nothing: rarely.
    flag: fc.oneof({ weight: 15, arbitrary: maybe(fc.constant(true)) }, { weight: 1, arbitrary: fc.constant(null) }),
  }),
  status: maybe(fc.constant({ ready: true })),
});
const mergeCustom = some({
  metadata: some({ labels: changedLabels }),
  spec: some({
    size: oneOf(null, 4, 20),
    map: oneOf(null, [{ k: 'p', v: 9 }], [{ k: 'q', unknown: 1 }]),
    set: oneOf(null, ['z'], ['x', 'x']),
    nested: oneOf(null, {}, { sub: null }, { sub: { a: '1' } }),
    free: oneOf(null, { n: null, m: 2 }, { m: { o: [1] } }),
    unknown: fc.constant(1),
  }),
});

const manager = fc.constantFrom('m1', 'm2', 'm3');
const apply = (body: Any): Any => fc.record({ verb: fc.constant('apply'), manager, force: fc.boolean(), body });
const patch = (verb: string, body: Any): Any => fc.record({ verb: fc.constant(verb), manager, body });

const writesOf = (...choices: readonly fc.WeightedArbitrary<unknown>[]): fc.Arbitrary<readonly Write[]> =>
  // What is undefined is not sent, and what is not sent must not be compared either.
  fc.array(fc.oneof(...choices), { minLength: 1, maxLength: 10 }).map((writes) => JSON.parse(JSON.stringify(writes)) as Write[]);

export const templateWrites = writesOf(
  { weight: 4, arbitrary: apply(template) },
  { weight: 2, arbitrary: apply(partOfTemplate) },
  { weight: 1, arbitrary: patch('merge', mergeTemplate) },
  { weight: 2, arbitrary: patch('strategic', strategicTemplate) },
  { weight: 1, arbitrary: patch('json', fc.array(step, { minLength: 1, maxLength: 3 })) },
);

export const customWrites = writesOf(
  { weight: 4, arbitrary: apply(custom) },
  { weight: 2, arbitrary: patch('merge', mergeCustom) },
);
