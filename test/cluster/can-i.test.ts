import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateIdentities, type Identities } from './index.ts';

const cluster = await ensureCluster();

describe.skipIf(cluster === undefined)('kube_can_i', () => {
  let tools: Toolkit;
  let who: Identities;
  const ask = async (given: Readonly<Record<string, unknown>> = {}): Promise<string> =>
    (await tools.call('kube_can_i', given)).text;

  beforeAll(async () => {
    if (cluster === undefined) return;
    const admin = adminClient(cluster);
    who = await populateIdentities(cluster, admin);
    await admin.close();
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(() => tools?.close());

  it('says yes or no first, for oneself', async () => {
    expect(await ask({ verb: 'exec', kind: 'pods', namespace: 'default' })).toMatch(
      /^Yes: \S+ may create pods\/exec in namespace default \(cluster \S+\)\./,
    );
    expect(await ask({ verb: 'get', kind: '/metrics' })).toMatch(/^Yes: \S+ may get \/metrics /);
    expect(await ask({ verb: 'list', kind: 'nodes' })).toMatch(/may list nodes \(cluster/);
    expect(await ask()).toMatch(/may do everything in namespace \S+ of cluster/);
  });

  it('answers for others, with the reason or with what would allow it', async () => {
    const as = who.viewer.user;
    const yes = await ask({ verb: 'list', kind: 'configmaps', namespace: 'default', as });
    expect(yes).toMatch(/^Yes: .*\nWhy: "RBAC: allowed by ClusterRoleBinding \\"fairlead-viewer\\"/);
    const no = await ask({ verb: 'get', kind: 'secrets', namespace: 'default', as });
    expect(no).toMatch(/^No: .* may not get secrets in namespace default/);
    expect(no).toContain('bind a Role with: apiGroups [""] resources ["secrets"] verbs ["get"]');
    expect(await ask({ verb: 'get,list', kind: 'pods,secrets', namespace: 'default', as })).toMatch(/^Yes to 2 of 4: /);
    expect(await ask({ verb: 'get', kind: 'pods', as_groups: 'system:masters' })).toMatch(
      /^Yes: .*\nWhy: group system:masters may do everything\./,
    );
  });

  it('lists the rules of whoever asks, as the server knows them', async () => {
    if (cluster?.isOwn !== true) return;
    const answers = new Map<string, string>();
    for (const name of ['viewer', 'pod-lister', 'nobody'] as const) {
      const other = toolkit('--kubeconfig', cluster.kubeconfig, '--context', name);
      answers.set(name, (await other.call('kube_can_i')).text);
      if (name === 'nobody') {
        expect(await other.call('kube_can_i', { verb: 'get', kind: 'pods', as: 'jane' })).toMatchObject({
          isError: true,
          text: expect.stringMatching(/^"nobody" may not ask what others may do .*\n.*subjectaccessreviews/),
        });
      }
      await other.close();
    }
    expect(answers.get('viewer')).toMatch(/^get list watch: .*pods \(log, status\)/m);
    expect(answers.get('viewer')).not.toContain('secrets');
    expect(answers.get('pod-lister')).toMatch(
      new RegExp(`^${who['pod-lister'].user} may do this in namespace default .*\\(1 resource;[^]*\nlist: pods$`),
    );
    expect(answers.get('nobody')).toContain('may do nothing in namespace default');
  });

  it('takes mistakes for mistakes', async () => {
    expect(await ask({ verb: 'lst', kind: 'pods' })).toContain('did you mean "list"?');
    expect(await ask({ verb: 'get', kind: 'pods/logz' })).toContain('did you mean "log"?');
    expect(await ask({ as: 'jane' })).toContain('can only be asked for a verb and a kind');
  });
});
