import type { Sent } from './refused-objects.ts';

/** What a server takes and completes. */
export const COMPLETED: readonly Sent[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cm', labels: {}, annotations: { a: 'b' } },
    data: { x: '1', y: '' },
    binaryData: {},
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'hello' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels: { app: 'x' } },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'nginx',
          ports: [{ containerPort: 80 }],
          env: [
            { name: 'A', value: '' },
            { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
          resources: { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: 0.5 } },
          readinessProbe: { httpGet: { port: 80 } },
          livenessProbe: { tcpSocket: { port: 'http' }, initialDelaySeconds: 0 },
          securityContext: { runAsUser: 0, privileged: false },
          stdin: false,
          command: [],
        },
        {
          name: 'b',
          image: 'a/b:1.2',
          volumeMounts: [
            { name: 'v', mountPath: '/x' },
            { name: 'e', mountPath: '/y' },
          ],
          lifecycle: { preStop: { httpGet: { port: 80 } } },
        },
      ],
      initContainers: [{ name: 'i', image: 'busybox:latest' }],
      volumes: [
        { name: 'v', configMap: { name: 'cm' } },
        { name: 'e' },
        { name: 'h', hostPath: { path: '/tmp' } },
        {
          name: 'pr',
          projected: {
            sources: [
              { serviceAccountToken: { path: 't' } },
              { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
            ],
          },
        },
        { name: 'se', secret: { secretName: 'x' } },
      ],
      tolerations: [{ operator: 'Exists' }],
      nodeSelector: {},
      affinity: {},
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'hn' },
    spec: {
      hostNetwork: true,
      hostPID: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'a',
          image: 'x@sha256:45b23dee08af5e43a7fea6c4cf9c25ccf269ee113168c19722f87876677c5cb2',
          ports: [{ containerPort: 80, name: 'http' }],
        },
      ],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd2', labels: { app: 'd' } },
    spec: {
      replicas: 0,
      paused: false,
      minReadySeconds: 0,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: 'd' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist', values: [] }] },
      template: {
        metadata: { labels: { app: 'd' }, creationTimestamp: null },
        spec: {
          containers: [
            {
              name: 'a',
              image: 'nginx',
              resources: { requests: { cpu: '100m' } },
              ports: [{ containerPort: 1 }, { containerPort: 1, protocol: 'UDP' }],
            },
          ],
        },
      },
    },
    status: { replicas: 3 },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd3' },
    spec: {
      strategy: { rollingUpdate: { maxSurge: 1 } },
      selector: { matchLabels: { app: 'd' } },
      template: {
        metadata: { labels: { app: 'd' } },
        spec: {
          hostNetwork: true,
          containers: [{ name: 'a', image: 'nginx', ports: [{ containerPort: 80 }], resources: { limits: { cpu: 1 } } }],
        },
      },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'rs' },
    spec: {
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'ds' },
    spec: {
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'ss' },
    spec: {
      serviceName: 'x',
      selector: { matchLabels: { app: 'd' } },
      template: {
        metadata: { labels: { app: 'd' } },
        spec: { containers: [{ name: 'a', image: 'nginx', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
      },
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      ],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'ss2' },
    spec: {
      updateStrategy: { type: 'OnDelete' },
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'nginx' }] } } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j2' },
    spec: {
      completions: 3,
      backoffLimit: 0,
      suspend: true,
      template: {
        metadata: { labels: { a: 'b' } },
        spec: { restartPolicy: 'OnFailure', containers: [{ name: 'a', image: 'nginx' }] },
      },
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'cj' },
    spec: {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'nginx' }] } } } },
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'svc' }, spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'lb' },
    spec: {
      type: 'LoadBalancer',
      sessionAffinity: 'ClientIP',
      selector: { app: 'x' },
      ports: [
        { port: 80, targetPort: 'http', name: 'a' },
        { port: 81, name: 'b', nodePort: 0 },
      ],
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ext' }, spec: { type: 'ExternalName', externalName: 'example.com' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'headless' },
    spec: { clusterIP: 'None', selector: { app: 'x' }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'pvc' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '2048Mi' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } },
  },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nsx' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa' } },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'hpa' },
    spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' } },
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'hpa2' },
    spec: {
      maxReplicas: 3,
      behavior: { scaleDown: { stabilizationWindowSeconds: 5 } },
      metrics: [{ type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1000Mi' } } }],
      scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'ing' },
    spec: {
      rules: [
        {
          host: 'a.b',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 80 } } } }] },
        },
      ],
      tls: [{ hosts: ['a.b'], secretName: 't' }],
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'np' },
    spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'np2' },
    spec: { podSelector: { matchLabels: { a: 'b' } }, ingress: [{}] },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'pdb' },
    spec: { minAvailable: 0, selector: { matchLabels: { a: 'b' } } },
  },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules: [] },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'r2' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'rb' },
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [
      { kind: 'User', name: 'x' },
      { kind: 'ServiceAccount', name: 'sa', namespace: 'default' },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'cr-practice' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
  },
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'sc' }, provisioner: 'x/y' },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'pc' }, value: 0 },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'es' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    ports: [{ port: 80 }],
  },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'es2' }, addressType: 'IPv4', endpoints: [] },
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'ep' },
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }],
  },
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'l' },
    spec: { holderIdentity: 'x', renewTime: '2026-01-01T00:00:00.123456Z' },
  },
  {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'ev' },
    involvedObject: { kind: 'Pod', name: 'x', namespace: 'default' },
    reason: 'X',
    message: 'y',
    type: 'Normal',
    firstTimestamp: '2026-01-01T00:00:00Z',
    count: 0,
  },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'nnn' } },
  { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'rq' }, spec: { hard: { pods: 10, 'requests.cpu': 0.1 } } },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'lr' },
    spec: { limits: [{ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '250m' } }] },
  },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'sprockets.practice.example' },
    spec: {
      group: 'practice.example',
      names: { kind: 'Sprocket', plural: 'sprockets' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 3, minimum: 1 } } } },
            },
          },
        },
      ],
    },
  },
];
