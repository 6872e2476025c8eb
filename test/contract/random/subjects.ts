import fc from 'fast-check';

/** A kind that random operations are about: one that no controller writes to. */
export interface Subject {
  /** Empty for core. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  /** As little as one of them needs. */
  readonly least: Fields;
  /** What beside metadata an object of it holds, or a part of one. */
  readonly body: fc.Arbitrary<Fields>;
  /** Partial objects with the directives of strategic merge patches. */
  readonly strategic: fc.Arbitrary<Fields>;
  /** Where operations of JSON patches point to, with what could stand there. */
  readonly pointers: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  readonly status?: fc.Arbitrary<Fields>;
  /** The garbage collector knows it from the start. */
  readonly collected: boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

const value = fc.constantFrom('1', '2', '3');
const number = fc.integer({ min: 0, max: 3 });

/** Some of these fields. */
const some = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Fields> =>
  fc.record(fields, { requiredKeys: [] });

/** Items of these names, in any order. */
const named = (key: string, names: readonly unknown[], fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc
    .shuffledSubarray([...names])
    .chain((chosen) => fc.tuple(...chosen.map((name) => some(fields).map((rest): Fields => ({ [key]: name, ...rest })))));

const map = some({ a: value, b: value, c: value });

/** Of an immutable ConfigMap a real server takes an empty map for another one than none, and stores none for it. */
const someEntries = map.filter((entries) => Object.keys(entries).length > 0);

const CONFIG_MAP: Subject = {
  group: '',
  version: 'v1',
  resource: 'configmaps',
  kind: 'ConfigMap',
  least: {},
  body: some({
    data: someEntries,
    binaryData: fc.constant({ x: 'eA==' }),
    immutable: fc.constantFrom(false, false, false, true),
  }),
  strategic: some({ data: some({ a: fc.constantFrom('9', null), $patch: fc.constantFrom('replace', 'delete') }) }),
  pointers: { '/data': map, '/data/a': value, '/data/b': value, '/metadata/labels/app': value, '/metadata/annotations': map },
  collected: true,
};

const env = named('name', ['A', 'B', 'C'], { value });
const ports = named('containerPort', [80, 81], {
  protocol: fc.constantFrom('TCP', 'UDP'),
  name: fc.constantFrom('http', 'other'),
});
const container = { env, ports, args: fc.array(value, { maxLength: 3 }), imagePullPolicy: fc.constantFrom('Always', 'Never') };
const image = fc.constantFrom('i:1', 'i:2', 'i');
const volume = fc.constantFrom<Fields>(
  { emptyDir: {} },
  { configMap: { name: 'c' } },
  { secret: { secretName: 's', optional: true } },
);
const volumes = fc
  .shuffledSubarray(['v', 'w'])
  .chain((names) => fc.tuple(...names.map((name) => volume.map((source): Fields => ({ name, ...source })))));
const containers = fc
  .tuple(named('name', ['web', 'log'], container), fc.array(image, { minLength: 2, maxLength: 2 }))
  .map(([list, images]) => list.map((item, index) => ({ ...item, image: images[index] })));
const podSpec = some({
  containers,
  volumes,
  nodeSelector: map,
  terminationGracePeriodSeconds: number,
  hostNetwork: fc.boolean(),
});

const POD_TEMPLATE: Subject = {
  group: '',
  version: 'v1',
  resource: 'podtemplates',
  kind: 'PodTemplate',
  least: { template: { spec: { containers: [{ name: 'web', image: 'i' }] } } },
  body: some({ template: some({ metadata: some({ labels: map }), spec: podSpec }) }),
  strategic: fc.record({
    template: fc.record({
      spec: some({
        containers: fc.oneof(
          named('name', ['web', 'log', 'new'], { ...container, image, $patch: fc.constantFrom('delete', 'merge') }),
          named('name', ['web'], { env: named('name', ['A', 'B'], { $patch: fc.constant('delete') }) }),
        ),
        '$setElementOrder/containers': fc.constantFrom([{ name: 'log' }, { name: 'web' }], [{ name: 'web' }, { name: 'log' }]),
        volumes: fc.constantFrom(
          [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'd' } }],
          [{ name: 'v', $patch: 'delete' }],
          [{ $patch: 'replace' }, { name: 'n', emptyDir: {} }],
        ),
        nodeSelector: some({ a: fc.constantFrom('9', null), $patch: fc.constant('replace') }),
      }),
    }),
  }),
  pointers: {
    '/template/spec/containers/0/image': image,
    '/template/spec/containers/0/env/-': fc.constant({ name: 'D', value: '1' }),
    '/template/spec/containers/1': fc.constant({ name: 'third', image: 'i' }),
    '/template/spec/volumes': volumes,
    '/template/metadata/labels': map,
    '/metadata/labels/app': value,
  },
  collected: true,
};

/** Here and in the rules below nothing is empty: a real server takes that for a change of the spec each time, and then stores none. */
const someLabels = map.filter((labels) => Object.keys(labels).length > 0);

const peers = fc.array(some({ podSelector: some({ matchLabels: someLabels }), ipBlock: fc.constant({ cidr: '10.0.0.0/8' }) }), {
  minLength: 1,
  maxLength: 2,
});
const rules = fc.array(
  some({
    from: peers,
    ports: fc.array(some({ port: fc.constantFrom(80, 'http'), protocol: fc.constant('UDP') }), { minLength: 1, maxLength: 2 }),
  }),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const policy = some({
  podSelector: some({ matchLabels: someLabels }),
  ingress: rules,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress', 'Ingress'], ['No']),
});

const NETWORK_POLICY: Subject = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'networkpolicies',
  kind: 'NetworkPolicy',
  least: { spec: { podSelector: {} } },
  body: some({ spec: policy }),
  strategic: some({
    spec: some({ ingress: rules, podSelector: some({ matchLabels: fc.constant({ a: '9' }) }) }),
  }),
  pointers: {
    '/spec/ingress': rules,
    '/spec/ingress/0': fc.constant({}),
    '/spec/podSelector': fc.constant({}),
    '/metadata/labels': map,
  },
  collected: true,
};

const servicePorts = named('port', [80, 81], {
  protocol: fc.constantFrom('TCP', 'UDP'),
  name: fc.constantFrom('http', 'other'),
  targetPort: fc.constantFrom(8080, 'web'),
});

const SERVICE: Subject = {
  group: '',
  version: 'v1',
  resource: 'services',
  kind: 'Service',
  least: { spec: { clusterIP: 'None' } },
  body: some({ spec: fc.record({ clusterIP: fc.constant('None'), ports: servicePorts }, { requiredKeys: ['clusterIP'] }) }),
  strategic: some({
    spec: some({
      ports: named('port', [80, 82], {
        targetPort: fc.constantFrom(9090, 'else'),
        name: fc.constantFrom('http', 'new'),
        $patch: fc.constantFrom('delete', 'merge'),
      }),
      sessionAffinity: fc.constantFrom('ClientIP', 'None'),
    }),
  }),
  pointers: { '/spec/ports/0/targetPort': fc.constantFrom(7070, 'x'), '/spec/ports': servicePorts, '/metadata/annotations': map },
  collected: true,
};

/** A kind of our own: see `sprocketDefinition`. */
const sprocketSpec = some({
  replicas: number,
  size: fc.constantFrom('S', 'M', 'XXL'),
  parts: named('name', ['p', 'q', 'r'], { count: fc.integer({ min: 0, max: 12 }), note: value }),
  tags: fc.shuffledSubarray(['x', 'y', 'z']),
  order: fc.array(value, { maxLength: 3 }),
  box: some({ wide: number, high: number }),
  free: fc.constantFrom<unknown>({ any: ['thing'] }, 'text', 1),
  unknown: fc.constant('pruned'),
});

/** Of this process alone: others may compare on the same real server. */
export const SPROCKET_GROUP = `random-${process.pid}.contract.fairlead.test`;

const SPROCKET: Subject = {
  group: SPROCKET_GROUP,
  version: 'v1',
  resource: 'sprockets',
  kind: 'Sprocket',
  least: {},
  body: some({ spec: sprocketSpec }),
  strategic: some({ spec: sprocketSpec }),
  pointers: {
    '/spec/parts': fc.constant([]),
    '/spec/parts/0/count': number,
    '/spec/size': fc.constant('L'),
    '/spec/replicas': number,
  },
  status: some({ status: some({ replicas: number, selector: value, phase: value }) }),
  collected: false,
};

export const apiVersionOf = ({ group, version }: Subject): string => (group === '' ? version : `${group}/${version}`);

export const collectionOf = ({ group, version, resource }: Subject, namespace: string): string =>
  `${group === '' ? '/api' : `/apis/${group}`}/${version}/namespaces/${namespace}/${resource}`;

export const SUBJECTS: readonly Subject[] = [CONFIG_MAP, POD_TEMPLATE, NETWORK_POLICY, SERVICE, SPROCKET];

/** Lists of every sort, defaults, what is kept though unknown, a status and a scale. */
export const sprocketDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `sprockets.${SPROCKET_GROUP}` },
  spec: {
    group: SPROCKET_GROUP,
    scope: 'Namespaced',
    names: { plural: 'sprockets', kind: 'Sprocket' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  replicas: { type: 'integer', default: 1 },
                  size: { type: 'string', enum: ['S', 'M', 'L'] },
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: {
                        name: { type: 'string' },
                        count: { type: 'integer', maximum: 10, default: 1 },
                        note: { type: 'string' },
                      },
                    },
                  },
                  tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
                  order: { type: 'array', items: { type: 'string' } },
                  box: {
                    type: 'object',
                    'x-kubernetes-map-type': 'atomic',
                    properties: { wide: { type: 'integer' }, high: { type: 'integer' } },
                  },
                  free: { 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
              status: {
                type: 'object',
                properties: { replicas: { type: 'integer' }, selector: { type: 'string' }, phase: { type: 'string' } },
              },
            },
          },
        },
      },
    ],
  },
} as const;
