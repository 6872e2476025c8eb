import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';
import { deployment, ensureAll, ensureNamespace, podTemplate, type NewObject } from './populate/new-objects.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-wait-${process.pid}`;

describe.skipIf(cluster === undefined || !cluster.hasNode)('kube_wait', () => {
  let admin: AdminClient;
  let tools: Toolkit;
  const wait = (given: object) => tools.call('kube_wait', { namespace: NAMESPACE, timeout: 60, ...given });
  const job = (name: string, script: string): NewObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: NAMESPACE },
    spec: { backoffLimit: 0, template: podTemplate(name, cluster?.image ?? '', script, { pod: { restartPolicy: 'Never' } }) },
  });

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(async () => {
    await tools?.close();
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  it('waits for a rollout from before the workload is there, and for its change', async () => {
    if (cluster === undefined) return;
    const rollout = { kind: 'deployment', name: 'web', for: 'rollout' };
    const first = wait(rollout);
    await ensureAll(admin, [deployment(NAMESPACE, 'web', podTemplate('web', cluster.image, 'sleep 1000000'))]);
    expect((await first).text).toMatch(
      /^Met after \S+: rollout of Deployment web in namespace \S+ of cluster \S+: "1 of 1 pods are new, 1 available"\.$/,
    );
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web`;
    await admin.patch(path, { spec: { template: { metadata: { annotations: { changed: 'yes' } } } } });
    expect((await wait(rollout)).text).toMatch(/^Met after/);
    const value = await wait({ ...rollout, for: '.status.readyReplicas=1' });
    expect(value.text).toContain('".status.readyReplicas is 1"');
  });

  it('waits for what is deleted, and says when nobody has deleted it', async () => {
    const gone = { kind: 'deployment', name: 'web', for: 'delete' };
    expect(await wait({ ...gone, timeout: 1 })).toMatchObject({
      isError: true,
      text: expect.stringContaining('nobody has deleted it'),
    });
    const waiting = wait(gone);
    await admin.delete(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web`);
    expect((await waiting).text).toMatch(/^Met after \S+: delete of Deployment web .*"it is gone"\.$/);
  });

  it('tells a Job that is complete from one that has failed', async () => {
    await ensureAll(admin, [job('good', 'exit 0'), job('bad', 'exit 1')]);
    expect(await wait({ kind: 'job', name: 'good', for: 'complete' })).toMatchObject({
      isError: false,
      text: expect.stringMatching(/^Met after/),
    });
    const failed = await wait({ kind: 'job', name: 'bad', for: 'complete' });
    expect(failed).toMatchObject({ isError: true, text: expect.stringMatching(/^Failed after .*BackoffLimitExceeded/) });
  });
});
