/** Objects of many kinds, as people write them, for plans that create, change and delete them. */
import fc from 'fast-check';

import type { KubernetesObject } from '../../../src/kubernetes/index.ts';

export const WIDGETS: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.changes.fairlead.test' },
  spec: {
    group: 'changes.fairlead.test',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};

type Body = Readonly<Record<string, unknown>>;

const word = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const words = fc.dictionary(word, word, { maxKeys: 4 });
const small = fc.integer({ min: 1, max: 5 });
const APP = { app: 'changes' };

const container = fc.record({
  name: word,
  image: word.map((name) => `registry.test/${name}:1`),
  env: fc.uniqueArray(fc.record({ name: word, value: text }), { selector: ({ name }) => name, maxLength: 3 }),
});
const containers = fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 3 });
const podSpec = containers.map((list) => ({ containers: list }));
const template = fc
  .record({ labels: words, spec: podSpec })
  .map(({ labels, spec }) => ({ metadata: { labels: { ...labels, ...APP } }, spec }));
const jobSpec = podSpec.map((spec) => ({ suspend: true, template: { spec: { ...spec, restartPolicy: 'Never' } } }));

interface KindOfTest {
  readonly apiVersion: string;
  readonly body: fc.Arbitrary<Body>;
  /** Parts that cannot be changed after the object was made, and are taken from its first form. */
  readonly fixed?: readonly string[];
}

/** Nothing of it runs: replicas are none, jobs are suspended. */
const KINDS: Readonly<Record<string, KindOfTest>> = {
  ConfigMap: {
    apiVersion: 'v1',
    body: fc.record({
      data: fc.dictionary(
        word,
        fc.oneof(
          text,
          fc.array(text).map((lines) => lines.join('\n')),
        ),
      ),
    }),
  },
  Secret: { apiVersion: 'v1', body: fc.record({ data: fc.dictionary(word, fc.base64String({ maxLength: 40 })) }) },
  ServiceAccount: { apiVersion: 'v1', body: fc.record({ automountServiceAccountToken: fc.boolean() }) },
  Service: {
    apiVersion: 'v1',
    body: fc
      .record({ ports: fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 3 }), selector: words })
      .map(({ ports, selector }) => ({ spec: { selector, ports: ports.map((port) => ({ name: `p${port}`, port })) } })),
  },
  Deployment: {
    apiVersion: 'apps/v1',
    body: fc
      .record({ template, minReadySeconds: small, paused: fc.boolean() })
      .map((spec) => ({ spec: { ...spec, replicas: 0, selector: { matchLabels: APP } } })),
  },
  StatefulSet: {
    apiVersion: 'apps/v1',
    body: fc
      .record({ template, revisionHistoryLimit: small })
      .map((spec) => ({ spec: { ...spec, replicas: 0, serviceName: 'none', selector: { matchLabels: APP } } })),
  },
  DaemonSet: {
    apiVersion: 'apps/v1',
    body: template.map(({ metadata, spec }) => ({
      spec: { selector: { matchLabels: APP }, template: { metadata, spec: { ...spec, nodeSelector: { nowhere: 'at-all' } } } },
    })),
  },
  Job: { apiVersion: 'batch/v1', body: jobSpec.map((spec) => ({ spec })), fixed: ['spec'] },
  CronJob: {
    apiVersion: 'batch/v1',
    body: fc
      .record({ jobSpec, hour: fc.integer({ min: 0, max: 23 }) })
      .map(({ jobSpec: spec, hour }) => ({ spec: { schedule: `0 ${hour} * * *`, suspend: true, jobTemplate: { spec } } })),
  },
  Ingress: {
    apiVersion: 'networking.k8s.io/v1',
    body: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((hosts) => ({
      spec: {
        rules: hosts.map((host) => ({
          host: `${host}.test`,
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: host, port: { number: 80 } } } }] },
        })),
      },
    })),
  },
  NetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    body: words.map((matchLabels) => ({ spec: { podSelector: { matchLabels }, policyTypes: ['Ingress'] } })),
  },
  PodDisruptionBudget: {
    apiVersion: 'policy/v1',
    body: fc
      .record({ minAvailable: small, labels: words })
      .map(({ minAvailable, labels }) => ({ spec: { minAvailable, selector: { matchLabels: { ...labels, ...APP } } } })),
  },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    body: fc.record({ max: fc.integer({ min: 5, max: 9 }), cpu: small }).map(({ max, cpu }) => ({
      spec: {
        minReplicas: 1,
        maxReplicas: max,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' },
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } }],
      },
    })),
  },
  LimitRange: {
    apiVersion: 'v1',
    body: small.map((max) => ({ spec: { limits: [{ type: 'Container', max: { cpu: `${max}` } }] } })),
  },
  Widget: {
    apiVersion: 'changes.fairlead.test/v1',
    body: fc
      .dictionary(word, fc.oneof(text, small, fc.array(words, { maxLength: 3 }), fc.boolean()))
      .map((spec) => ({ spec: { ...spec, size: 1 } })),
  },
};

/** An object in two forms, and what becomes of it. */
export interface Case {
  readonly what: 'create' | 'change' | 'delete';
  /** Its first form, and the one that it is changed to. */
  readonly first: KubernetesObject;
  readonly second: KubernetesObject;
}

/** @param namespace where they are */
export function cases(namespace: string): fc.Arbitrary<readonly Case[]> {
  const one = fc.constantFrom(...Object.keys(KINDS)).chain((kind) => {
    const { apiVersion, body, fixed = [] } = KINDS[kind] ?? { apiVersion: '', body: fc.constant({}) };
    const form = fc.record({ body, labels: words, annotations: fc.dictionary(word, text, { maxKeys: 2 }) });
    return fc
      .record({ what: fc.constantFrom('create', 'change', 'delete'), first: form, second: form })
      .map(({ what, first, second }) => {
        const kept: Body = Object.fromEntries(Object.entries(first.body).filter(([field]) => fixed.includes(field)));
        const objectOf = ({ body: fields, labels, annotations }: typeof first, more: Body = {}) => ({
          apiVersion,
          kind,
          metadata: { namespace, labels, annotations },
          ...fields,
          ...more,
        });
        return { what, first: objectOf(first), second: objectOf(second, kept) } as const;
      });
  });
  return fc.array(one, { minLength: 20, maxLength: 20 }).map((list) => list.map((each, index) => named(each, `object-${index}`)));
}

function named({ what, first, second }: Case, name: string): Case {
  const withName = (object: KubernetesObject): KubernetesObject => ({ ...object, metadata: { ...object.metadata, name } });
  return { what, first: withName(first), second: withName(second) };
}

const SERVER_SET = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'ownerReferences'];

/** What of an object its owner wanted: all but what the server and controllers set. */
export function wanted(object: KubernetesObject | undefined): unknown {
  if (object === undefined) return undefined;
  const { status: _, ...rest } = structuredClone(object) as Record<string, Record<string, unknown>>;
  for (const field of SERVER_SET) delete rest['metadata']?.[field];
  const annotations = rest['metadata']?.['annotations'] as Record<string, unknown> | undefined;
  delete annotations?.['deployment.kubernetes.io/revision'];
  delete annotations?.['deprecated.daemonset.template.generation'];
  if (annotations !== undefined && Object.keys(annotations).length === 0) delete rest['metadata']?.['annotations'];
  // The new Job has a selector of its own.
  return object.kind === 'Job'
    ? JSON.parse(JSON.stringify(rest).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uid'))
    : rest;
}
