import { setTimeout as delay } from 'node:timers/promises';

import type { AdminClient } from '../client.ts';
import { at, conditionOf, hasCondition, type KubeObject } from '../objects.ts';
import type { TestCluster } from '../test-cluster.ts';
import { deployment, ensureAll, ensureNamespace, pathOf, podTemplate, service, type NewObject } from './new-objects.ts';
import { populateNeighbours } from './neighbours.ts';
import { TROUBLES } from './troubles.ts';

/** Names of everything in the namespace that does not work, by what is wrong with it. */
export const TROUBLE = {
  crashLoop: 'api',
  oomKilled: 'cache',
  imagePull: 'web',
  missingConfigKey: 'settings',
  missingSecret: 'vault',
  missingSecretVolume: 'certs',
  noCpu: 'big',
  noMatchingNode: 'picky',
  unboundVolume: 'store',
  notReady: 'slow',
  livenessFails: 'frozen',
  initFails: 'migrate',
  /** A Job that has failed for good. */
  failedJob: 'import',
  /** A Deployment whose old ReplicaSet serves while the new one crash loops. */
  stuckRollout: 'checkout',
  /** A Service whose selector matches nothing. */
  serviceWithoutPods: 'lonely',
  /** A Service with endpoints on a port where nobody listens. */
  serviceWrongPort: 'misdirected',
} as const;

/** A pull that fails is tried again after 10 s and only then called a back-off; the machine may be busy beside that. */
const PATIENCE_MS = 180_000;

async function showSymptom(
  client: AdminClient,
  namespace: string,
  name: string,
  symptom: (pod: KubeObject) => boolean,
): Promise<void> {
  await client.waitFor(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`, (pods) => pods.some(symptom), {
    timeoutMs: PATIENCE_MS,
    what: `the trouble of ${name}`,
  });
}

/** What is younger than a minute is on its way up, and nobody would call it broken. */
const UNDER_WAY_MS = 61_000;

/** Waits until a workload that never gets ready is old enough for that to be a trouble. */
async function outgrowStart(client: AdminClient, namespace: string, name: string): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  const workload = await client.waitForObject(path, (found) => hasCondition(found, 'Available', 'False'), {
    timeoutMs: PATIENCE_MS,
    what: `${name} not to be available`,
  });
  const since = Date.parse(String(at(conditionOf(workload, 'Available'), 'lastTransitionTime')));
  await delay(Math.max(0, since + UNDER_WAY_MS - Date.now()));
}

/** An API server forgets events after an hour, and some of them tell what is wrong and do not come again. */
const OLD_MS = 40 * 60_000;

/** Removes a namespace whose events are about to be forgotten, so that everything in it goes wrong anew. */
async function removeWhenOld(client: AdminClient, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  const found = await client.find(path);
  const created = Date.parse(String(at(found, 'metadata', 'creationTimestamp')));
  if (found === undefined || Date.now() - created < OLD_MS) return;
  await client.delete(path);
  await client.waitForObject(path, (object) => object === undefined, {
    timeoutMs: PATIENCE_MS,
    what: `the end of namespace ${namespace}`,
  });
}

/** Status alone does not tell some troubles; the event that does has to be there as well. */
async function showEvent(client: AdminClient, namespace: string, pod: string, reason: string): Promise<void> {
  const query = `fieldSelector=reason%3D${reason}`;
  await client.waitFor(
    `/api/v1/namespaces/${namespace}/events?${query}`,
    (events) => events.some((event) => String(at(event, 'involvedObject', 'name')).startsWith(`${pod}-`)),
    { timeoutMs: PATIENCE_MS, what: `an event ${reason} of ${pod}` },
  );
}

const failingJob = (namespace: string, image: string): NewObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: TROUBLE.failedJob, namespace, labels: { app: TROUBLE.failedJob } },
  spec: {
    backoffLimit: 1,
    template: podTemplate(TROUBLE.failedJob, image, 'echo "cannot read /data/orders.csv"; exit 2', {
      pod: { restartPolicy: 'Never' },
    }),
  },
});

const checkout = (namespace: string, image: string): NewObject => {
  const script =
    '[ -n "$PAYMENT_URL" ] || { echo "panic: PAYMENT_URL is not set"; exit 1; }; echo started; touch /tmp/ready; exec sleep 1000000';
  const env = [{ name: 'PAYMENT_URL', value: 'http://payment/' }];
  // Without a probe a container that runs for a blink counts as available, and the bad version replaces the good one.
  const readinessProbe = { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1 };
  const template = podTemplate(TROUBLE.stuckRollout, image, script, { container: { env, readinessProbe } });
  return deployment(namespace, TROUBLE.stuckRollout, template, {
    replicas: 2,
    progressDeadlineSeconds: 10,
    revisionHistoryLimit: 5,
  });
};

/** Rolls out a good version, then one that lacks its variable; the second stays stuck. */
async function stickRollout(client: AdminClient, namespace: string, image: string): Promise<void> {
  const object = checkout(namespace, image);
  const path = pathOf(object);
  const wait = { timeoutMs: PATIENCE_MS, what: 'the stuck rollout' };
  await ensureAll(client, [object]);
  await client.waitForObject(path, (found) => at(found, 'status', 'availableReplicas') === 2, wait);
  const env = [{ name: 'PAYMENT_URI', value: 'http://payment/' }];
  const change = { 'kubernetes.io/change-cause': 'rename PAYMENT_URL to PAYMENT_URI' };
  // A merge patch would replace the whole container; a strategic one merges env by name, and the old name is to go.
  const replaced = [{ $patch: 'replace' }, ...env];
  await client.patch(
    path,
    { metadata: { annotations: change }, spec: { template: { spec: { containers: [{ name: 'app', env: replaced }] } } } },
    'strategic',
  );
  await client.waitForObject(
    path,
    (found) => hasCondition(found, 'Progressing', 'False') && at(found, 'status', 'availableReplicas') === 2,
    wait,
  );
}

/**
 * Fills a namespace with one workload of every usual trouble and with healthy neighbours, and waits until each shows its state.
 * Takes about half a minute, since the kubelet and the Job controller back off before they give up.
 * @param namespace default `trouble`
 */
export async function populateBroken(
  cluster: TestCluster,
  client: AdminClient,
  namespace = 'trouble',
): Promise<{ readonly namespace: string; readonly symptoms: number }> {
  if (!cluster.hasNode) throw new Error(`${cluster.server} has no real node: nothing can break there`);
  const { image } = cluster;
  await removeWhenOld(client, namespace);
  await ensureNamespace(client, namespace);
  const troubles = Object.entries(TROUBLES).map(([name, make]) => ({ name, trouble: make({ namespace, image }) }));
  const job = failingJob(namespace, image);
  await ensureAll(client, [
    ...troubles.flatMap(({ trouble }) => trouble.objects),
    job,
    service(namespace, TROUBLE.serviceWithoutPods, 'nobody-has-this-label', 8080),
    service(namespace, TROUBLE.serviceWrongPort, 'shop', 9999),
  ]);
  await Promise.all([
    populateNeighbours(client, namespace, image),
    stickRollout(client, namespace, image),
    ...troubles.map(({ name, trouble }) => showSymptom(client, namespace, name, trouble.symptom)),
    showEvent(client, namespace, TROUBLE.missingSecretVolume, 'FailedMount'),
    showEvent(client, namespace, TROUBLE.notReady, 'Unhealthy'),
    showEvent(client, namespace, TROUBLE.livenessFails, 'Unhealthy'),
    outgrowStart(client, namespace, TROUBLE.missingSecretVolume),
    outgrowStart(client, namespace, TROUBLE.notReady),
    client.waitForObject(pathOf(job), (found) => hasCondition(found, 'Failed'), {
      timeoutMs: PATIENCE_MS,
      what: 'the Job to fail',
    }),
  ]);
  return { namespace, symptoms: Object.keys(TROUBLE).length };
}
