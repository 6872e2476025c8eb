import type { AdminClient } from '../client.ts';
import { hasCondition, isStatus } from '../objects.ts';
import { until } from '../wait.ts';
import { ensureAll, ensureNamespace, pathOf, type NewObject } from './new-objects.ts';

const GROUP = 'shop.fairlead.test';

/** Has a kind and a plural that the first group has too, so that "widgets" alone is ambiguous. */
const OTHER_GROUP = 'other.fairlead.test';

const NAMESPACE = 'shop';

const text = (description: string, more: Readonly<Record<string, unknown>> = {}) => ({ type: 'string', description, ...more });

const conditions = {
  type: 'array',
  description: "Latest observations of the object's state.",
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type', 'status'],
    properties: {
      type: text('Type of the condition, in CamelCase.'),
      status: text('Whether the condition holds.', { enum: ['True', 'False', 'Unknown'] }),
      reason: text('Why it last changed, in CamelCase.'),
      message: text('Why it last changed, for people.'),
      lastTransitionTime: text('When it last changed.', { format: 'date-time' }),
    },
  },
};

const widgetSchema = {
  openAPIV3Schema: {
    type: 'object',
    description: 'A Widget is something that a shop sells.',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        description: 'What the owner wants.',
        required: ['size'],
        properties: {
          size: text('How big the widget is.', { enum: ['small', 'medium', 'large'] }),
          replicas: {
            type: 'integer',
            format: 'int32',
            minimum: 0,
            maximum: 100,
            default: 1,
            description: 'How many of it stand on the shelf.',
          },
          price: {
            type: 'object',
            description: 'What a buyer pays.',
            required: ['amount'],
            properties: {
              amount: { type: 'number', minimum: 0, description: 'In units of the currency.' },
              currency: text('ISO 4217 code.', { pattern: '^[A-Z]{3}$', default: 'EUR' }),
            },
          },
          parts: {
            type: 'array',
            description: 'What it is put together from.',
            maxItems: 20,
            items: {
              type: 'object',
              required: ['name'],
              properties: {
                name: text('Name of the part.', { maxLength: 63 }),
                count: { description: 'A number, or "some".', 'x-kubernetes-int-or-string': true },
                secretRef: {
                  type: 'object',
                  description: 'Secret that holds the drawing.',
                  properties: { name: text('Name of the Secret.'), key: text('Key in the Secret.') },
                },
              },
            },
          },
          labels: { type: 'object', description: 'Free words.', additionalProperties: { type: 'string' } },
          extras: { type: 'object', description: 'Anything at all.', 'x-kubernetes-preserve-unknown-fields': true },
        },
        'x-kubernetes-validations': [
          { rule: "self.size != 'large' || self.replicas <= 10", message: 'at most 10 large widgets fit on a shelf' },
        ],
      },
      status: {
        type: 'object',
        description: 'What the controller sees.',
        properties: {
          phase: text('Where in its life it is.', { enum: ['Pending', 'Ready', 'Failed'] }),
          replicas: { type: 'integer', format: 'int32', description: 'How many stand there.' },
          selector: text('Label selector of what belongs to it.'),
          conditions,
        },
      },
    },
  },
};

const widgetColumns = [
  { name: 'Size', type: 'string', jsonPath: '.spec.size', description: 'How big it is.' },
  { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

const widgetVersion = (name: string, more: Readonly<Record<string, unknown>>) => ({
  name,
  served: true,
  schema: widgetSchema,
  subresources: {
    status: {},
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
  },
  additionalPrinterColumns: widgetColumns,
  ...more,
});

const definition = (plural: string, group: string, spec: Readonly<Record<string, unknown>>): NewObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: { group, ...spec },
});

const anything = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };

const shopSchema = {
  openAPIV3Schema: {
    type: 'object',
    description: 'A Shop sells widgets in one city.',
    properties: {
      spec: {
        type: 'object',
        properties: { city: text('Where it is.'), open: { type: 'boolean', description: 'Whether it sells now.' } },
      },
    },
  },
};

const DEFINITIONS: readonly NewObject[] = [
  definition('widgets', GROUP, {
    scope: 'Namespaced',
    names: {
      plural: 'widgets',
      singular: 'widget',
      kind: 'Widget',
      listKind: 'WidgetList',
      shortNames: ['wd', 'wdg'],
      categories: ['all', 'goods'],
    },
    versions: [
      widgetVersion('v1', { storage: true }),
      widgetVersion('v1beta1', {
        storage: false,
        deprecated: true,
        deprecationWarning: `${GROUP}/v1beta1 Widget is deprecated; use v1`,
      }),
    ],
  }),
  definition('shops', GROUP, {
    scope: 'Cluster',
    names: { plural: 'shops', singular: 'shop', kind: 'Shop', listKind: 'ShopList', shortNames: ['sh'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: shopSchema,
        additionalPrinterColumns: [{ name: 'City', type: 'string', jsonPath: '.spec.city' }],
      },
    ],
  }),
  definition('widgets', OTHER_GROUP, {
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1alpha1', served: true, storage: true, schema: anything }],
  }),
];

const widget = (name: string, spec: Readonly<Record<string, unknown>>): NewObject => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Widget',
  metadata: { name, namespace: NAMESPACE, labels: { app: 'shop' } },
  spec,
});

const WIDGETS = [
  {
    phase: 'Ready',
    object: widget('gear', {
      size: 'small',
      replicas: 3,
      price: { amount: 4.5 },
      parts: [
        { name: 'tooth', count: 24 },
        { name: 'axle', count: 'some' },
      ],
    }),
  },
  { phase: 'Pending', object: widget('crank', { size: 'large', replicas: 2, extras: { colour: { body: 'red' } } }) },
  { phase: 'Failed', object: widget('sprocket', { size: 'medium', labels: { batch: '7' } }) },
] as const;

const OTHERS: readonly NewObject[] = [
  { apiVersion: `${GROUP}/v1`, kind: 'Shop', metadata: { name: 'harbour' }, spec: { city: 'Hamburg', open: true } },
  {
    apiVersion: `${OTHER_GROUP}/v1alpha1`,
    kind: 'Widget',
    metadata: { name: 'gear', namespace: NAMESPACE },
    spec: { teeth: 24 },
  },
];

const status = (name: string, phase: string) => ({
  status: {
    phase,
    replicas: phase === 'Ready' ? 3 : 0,
    selector: `widget=${name}`,
    conditions: [
      { type: 'Ready', status: phase === 'Ready' ? 'True' : 'False', reason: phase, message: `widget ${name} is ${phase}` },
    ],
  },
});

/** A new resource is first unknown (404) and then, while its storage starts, busy (429). */
async function isServed(client: AdminClient, path: string): Promise<boolean> {
  try {
    await client.list(path);
    return true;
  } catch (error) {
    if (isStatus(error, 404, 429, 503)) return false;
    throw error;
  }
}

/**
 * Makes Widget (namespaced, two served versions, status and scale), Shop (cluster-scoped) and a second Widget in another group,
 * with instances in namespace `shop`, and waits until all are served. Gives the number of definitions.
 */
export async function populateCrds(client: AdminClient): Promise<number> {
  await ensureNamespace(client, NAMESPACE);
  await ensureAll(client, DEFINITIONS);
  for (const object of DEFINITIONS) {
    await client.waitForObject(pathOf(object), (found) => hasCondition(found, 'Established'), {
      what: `${object.metadata.name} to be established`,
    });
  }
  // Discovery follows the condition a moment later.
  for (const version of [`${GROUP}/v1`, `${GROUP}/v1beta1`, `${OTHER_GROUP}/v1alpha1`]) {
    await until(`${version} is served`, () => isServed(client, `/apis/${version}/widgets`), 20_000);
  }
  await ensureAll(client, [...WIDGETS.map(({ object }) => object), ...OTHERS]);
  for (const { object, phase } of WIDGETS) await client.patch(`${pathOf(object)}/status`, status(object.metadata.name, phase));
  return DEFINITIONS.length;
}
