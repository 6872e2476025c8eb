/** Schemas as an API server publishes them, shortened. For tests only. */

const ref = (name: string, more: object = {}): object => ({
  ...more,
  default: {},
  allOf: [{ $ref: `#/components/schemas/${name}` }],
});
const gvk = (group: string, version: string, kind: string): object => ({
  'x-kubernetes-group-version-kind': [{ group, version, kind }],
});
const text = (description: string, more: object = {}): object => ({ type: 'string', description, ...more });

const APPS = {
  components: {
    schemas: {
      'io.k8s.api.apps.v1.Deployment': {
        type: 'object',
        description: 'Deployment enables declarative updates for Pods and ReplicaSets.',
        properties: {
          apiVersion: text('APIVersion defines the versioned schema of this representation of an object.'),
          kind: text('Kind is a string value representing the REST resource this object represents.'),
          metadata: ref('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', { description: "Standard object's metadata." }),
          spec: ref('io.k8s.api.apps.v1.DeploymentSpec', {
            description: 'Specification of the desired behavior of the Deployment.',
          }),
        },
        ...gvk('apps', 'v1', 'Deployment'),
      },
      'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': {
        type: 'object',
        description: 'ObjectMeta is metadata that all persisted resources must have.',
        properties: {
          labels: {
            type: 'object',
            description: 'Map of string keys and values.',
            additionalProperties: { type: 'string', default: '' },
          },
          name: text('Name must be unique within a namespace.'),
        },
      },
      'io.k8s.api.apps.v1.DeploymentSpec': {
        type: 'object',
        description: 'DeploymentSpec is the specification of the desired behavior of the Deployment.',
        required: ['selector', 'template'],
        properties: {
          replicas: { type: 'integer', format: 'int32', description: 'Number of desired pods. Defaults to 1.' },
          selector: ref('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector', { description: 'Label selector for pods.' }),
          strategy: ref('io.k8s.api.apps.v1.DeploymentStrategy', { description: 'The deployment strategy to use.' }),
          template: ref('io.k8s.api.core.v1.PodTemplateSpec'),
        },
      },
      'io.k8s.api.apps.v1.DeploymentStrategy': {
        type: 'object',
        description: 'DeploymentStrategy describes how to replace existing pods with new ones.',
        properties: {
          rollingUpdate: ref('io.k8s.api.apps.v1.RollingUpdateDeployment', { description: 'Rolling update config params.' }),
          type: text('Type of deployment.', { enum: ['Recreate', 'RollingUpdate'] }),
        },
      },
      'io.k8s.api.apps.v1.RollingUpdateDeployment': {
        type: 'object',
        properties: { maxSurge: ref('io.k8s.apimachinery.pkg.util.intstr.IntOrString', { description: 'How many pods more.' }) },
      },
      'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
        description: 'IntOrString is a type that can hold an int32 or a string.',
        format: 'int-or-string',
        oneOf: [{ type: 'integer' }, { type: 'string' }],
      },
      'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector': {
        type: 'object',
        properties: { matchLabels: { type: 'object', additionalProperties: { type: 'string', default: '' } } },
      },
      'io.k8s.api.core.v1.PodTemplateSpec': {
        type: 'object',
        description: 'PodTemplateSpec describes the data a pod should have when created from a template',
        properties: { spec: ref('io.k8s.api.core.v1.PodSpec') },
      },
      'io.k8s.api.core.v1.PodSpec': {
        type: 'object',
        required: ['containers'],
        properties: {
          containers: {
            type: 'array',
            description: 'List of containers belonging to the pod.',
            items: ref('io.k8s.api.core.v1.Container'),
            'x-kubernetes-list-map-keys': ['name'],
            'x-kubernetes-list-type': 'map',
          },
        },
      },
      'io.k8s.api.core.v1.Container': {
        type: 'object',
        description: 'A single application container that you want to run within a pod.',
        required: ['name'],
        properties: {
          image: text('Container image name.'),
          name: text('Name of the container.', { default: '' }),
          protocol: text('Protocol for port.', { default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'] }),
        },
      },
    },
  },
};

const WIDGETS = {
  components: {
    schemas: {
      'com.example.shop.v1.Widget': {
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            description: 'What the widget should be.',
            required: ['size', 'enabled'],
            'x-kubernetes-validations': [{ rule: 'self.size <= self.limit', message: 'size must not exceed limit' }],
            properties: {
              size: { type: 'integer', minimum: 1, maximum: 10 },
              enabled: { type: 'boolean', default: true },
              port: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
              extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              mode: { type: 'string', enum: ['fast', 'safe'], default: 'safe', nullable: true },
              routes: {
                type: 'object',
                additionalProperties: { type: 'array', items: { type: 'object', properties: { host: { type: 'string' } } } },
              },
              both: {
                allOf: [
                  { properties: { left: { type: 'string' } }, required: ['left'] },
                  { properties: { right: { type: 'string' } } },
                ],
              },
              tree: { allOf: [{ $ref: '#/components/schemas/com.example.shop.v1.Tree' }] },
              anything: {},
            },
          },
        },
        ...gvk('shop.example.com', 'v1', 'Widget'),
      },
      'com.example.shop.v1.Tree': {
        type: 'object',
        properties: { value: { type: 'string' }, children: { type: 'array', items: ref('com.example.shop.v1.Tree') } },
      },
    },
  },
};

/** Deployments and the custom resource `widgets.shop.example.com`. */
export const SCHEMAS: Readonly<Record<string, unknown>> = {
  'GET /openapi/v3': {
    paths: {
      'apis/apps/v1': { serverRelativeURL: '/openapi/v3/apis/apps/v1?hash=AA' },
      'apis/shop.example.com/v1': { serverRelativeURL: '/openapi/v3/apis/shop.example.com/v1?hash=BB' },
    },
  },
  'GET /openapi/v3/apis/apps/v1': APPS,
  'GET /openapi/v3/apis/shop.example.com/v1': WIDGETS,
};
