import type { AdminClient } from '../client.ts';
import { at, type KubeObject } from '../objects.ts';
import { deployment, ensureAll, pathOf, podTemplate, service, workloadSpec, type NewObject } from './new-objects.ts';

const PORT = 8080;

/** Answers HTTP with its own host name, so that a test sees which pod it reached. */
const WEB = `mkdir -p /tmp/www && hostname > /tmp/www/index.html && echo "listening on ${PORT}" && exec httpd -f -p ${PORT} -h /tmp/www`;

/** A server that answers HTTP on port 8080 and says when it is ready. */
export const webTemplate = (app: string, image: string) =>
  podTemplate(app, image, WEB, {
    container: {
      ports: [{ name: 'http', containerPort: PORT }],
      readinessProbe: { httpGet: { path: '/', port: PORT }, periodSeconds: 2 },
      // Enough cpu that probes alone do not make the autoscaler add pods.
      resources: { requests: { cpu: '50m', memory: '8Mi' }, limits: { memory: '64Mi' } },
    },
  });

const idle = (app: string, image: string) => podTemplate(app, image, 'echo started; exec sleep 1000000');

function objects(namespace: string, image: string): NewObject[] {
  const shop = { name: 'shop', namespace, labels: { app: 'shop' } };
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' };
  return [
    deployment(namespace, 'shop', webTemplate('shop', image), { replicas: 2 }),
    service(namespace, 'shop', 'shop', PORT),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: shop,
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'shop.fairlead.test',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { number: 80 } } } }] },
          },
        ],
      },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: shop,
      spec: {
        minReplicas: 2,
        maxReplicas: 4,
        scaleTargetRef: target,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: shop,
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'shop' } } },
    },
    service(namespace, 'db', 'db', 5432),
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace, labels: { app: 'db' } },
      spec: { replicas: 2, serviceName: 'db', podManagementPolicy: 'Parallel', ...workloadSpec('db', idle('db', image)) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace, labels: { app: 'agent' } },
      spec: workloadSpec('agent', idle('agent', image)),
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'report', namespace, labels: { app: 'report' } },
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: {
          spec: {
            template: {
              metadata: { labels: { app: 'report' } },
              spec: { restartPolicy: 'Never', containers: [{ name: 'app', image, command: ['sh', '-c', 'echo reported'] }] },
            },
          },
        },
      },
    },
  ];
}

/** The status field that counts what is well, and how many there should be, for each kind that has pods. */
const WELL: Readonly<Partial<Record<string, { readonly field: string; readonly wanted: (object: KubeObject) => unknown }>>> = {
  Deployment: { field: 'availableReplicas', wanted: (object) => at(object, 'spec', 'replicas') },
  StatefulSet: { field: 'readyReplicas', wanted: (object) => at(object, 'spec', 'replicas') },
  DaemonSet: { field: 'numberReady', wanted: (object) => at(object, 'status', 'desiredNumberScheduled') || 1 },
  PodDisruptionBudget: { field: 'currentHealthy', wanted: (object) => at(object, 'status', 'expectedPods') || 2 },
};

/** Healthy workloads of every kind: what is broken is to be found among what is not. Waits until they are well. */
export async function populateNeighbours(client: AdminClient, namespace: string, image: string): Promise<void> {
  const made = objects(namespace, image);
  await ensureAll(client, made);
  await Promise.all(
    made.map(async (object) => {
      const well = WELL[object.kind];
      if (well === undefined) return;
      await client.waitForObject(
        pathOf(object),
        (found) => found !== undefined && at(found, 'status', well.field) === well.wanted(found),
        { what: `${object.kind} ${object.metadata.name} to be well`, timeoutMs: 90_000 },
      );
    }),
  );
}
