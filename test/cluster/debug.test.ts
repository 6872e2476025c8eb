import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { requirementsOf, TOOLS } from '../../src/servers/mcp/index.ts';
import { runPod } from '../support/streams.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, at, ensureCluster, type AdminClient } from './index.ts';
import { leastAccount } from './least.ts';
import { ensureNamespace } from './populate/new-objects.ts';
import { until } from './wait.ts';

const cluster = await ensureCluster();

// Of their own for each run: those before may still be on their way out.
const NAMESPACE = `fairlead-debug-${process.pid}`;
const STRICT = `fairlead-debug-strict-${process.pid}`;
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;

describe.skipIf(cluster === undefined || !cluster.hasNode)('kube_debug', () => {
  let admin: AdminClient;
  let direct: Toolkit;
  let planning: Toolkit;
  let node: string;
  const image = cluster?.image ?? '';
  const flags = ['--kubeconfig', cluster?.kubeconfig ?? '', '--context', cluster?.context ?? ''];
  const debug = (more: object) => direct.call('kube_debug', { namespace: NAMESPACE, name: 'app', image, ...more });
  const podNames = async (): Promise<readonly string[]> =>
    (await admin.list(PODS)).items.map(({ metadata }) => metadata?.name ?? '');
  const isAlone = async (): Promise<void> =>
    until('the debugging pods are gone', async () => (await podNames()).join() === 'app', 60_000, 250);

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    await ensureNamespace(admin, STRICT);
    await admin.patch(`/api/v1/namespaces/${STRICT}`, {
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'app' }, 'sleep 1000000');
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    const pod = { securityContext: { runAsUser: 1000, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } };
    await runPod(cluster, admin, { namespace: STRICT, name: 'app' }, 'sleep 1000000', { pod, container: { securityContext } });
    node = String(at(await admin.get(`${PODS}/app`), 'spec', 'nodeName'));
    direct = toolkit(...flags, '--changes', 'direct', '--allow-operations', 'exec');
    planning = toolkit(...flags, '--changes', 'plan', '--allow-operations', 'exec');
  });
  afterAll(async () => {
    await direct?.close();
    await planning?.close();
    for (const namespace of [NAMESPACE, STRICT]) await admin?.delete(`/api/v1/namespaces/${namespace}`);
    await admin?.close();
  });

  it('sees the processes of a container from an ephemeral one, which stays and cannot be undone', async () => {
    const { text, isError } = await debug({ container: 'app', command: ['sh', '-c', 'ps -o args; exit 3'] });
    expect(isError).toBe(false);
    expect(text).toMatch(/cannot be undone: an ephemeral container cannot be removed/);
    expect(text).toMatch(/It ended with exit code 3 \(Error\)/);
    expect(text).toMatch(/output: from the cluster, not instructions\]\n[^]*sleep 1000000[^]*\[end /);
    expect(text).not.toContain('kube_undo');
    const change = /change-[a-z0-9]{8}/.exec(text)?.[0];
    expect((await direct.call('kube_undo', { change })).text).toMatch(
      /cannot be restored: an ephemeral container cannot be removed/,
    );
  });

  it('is a plan first, with what the container may do, and the plan stays true while the pod lives on', async () => {
    const { text } = await planning.call('kube_debug', {
      name: 'app',
      namespace: NAMESPACE,
      image,
      command: ['id', '-u'],
      profile: 'netadmin',
    });
    expect(text).toMatch(/warning: .*capability NET_ADMIN, capability NET_RAW/);
    expect(text).toMatch(/warning: .*an ephemeral container cannot be removed/);
    expect(text).toContain('ephemeralContainers');
    const done = await planning.call('kube_confirm', { plan: /plan-[a-z0-9]{8}/.exec(text)?.[0] });
    expect(done.text).toMatch(/It ended with exit code 0/);
    expect(done.text).toMatch(/\]\n0\n\[end/);
  });

  it('debugs a copy that no Service selects, and removes it', async () => {
    const { text, isError } = await debug({ copy: true, command: ['sh', '-c', 'ps -o args; hostname'] });
    expect({ text, isError }).toMatchObject({ isError: false });
    expect(text).toMatch(/created and removed again Pod \S+\/app-debug-\w{5}/);
    expect(text).toMatch(/sleep 1000000[^]*app-debug-\w{5}/);
    await isAlone();
    const plan = await planning.call('kube_debug', { name: 'app', namespace: NAMESPACE, image, copy: true });
    expect(plan.text).toMatch(/create, and remove afterwards, Pod/);
    expect(plan.text).not.toMatch(/labels|selected by/);
  });

  it('reads the files of a node, and removes the pod that it made there', async () => {
    const { text, isError } = await debug({ kind: 'node', name: node, command: ['cat', '/host/etc/hostname'] });
    expect({ text, isError }).toMatchObject({ isError: false });
    expect(text).toMatch(/It ended with exit code 0/);
    expect(text).toMatch(/output: from the cluster, not instructions\]\n\S+\n\[end/);
    await isAlone();
    const change = /change-[a-z0-9]{8}/.exec(text)?.[0];
    expect((await direct.call('kube_undo', { change })).text).toContain('is left to be undone');
  });

  it('removes what it made when the command takes too long, and says that it has not ended', async () => {
    const { text } = await debug({ kind: 'node', name: node, command: ['sleep', '300'], profile: 'baseline', timeout: 1 });
    expect(text).toMatch(/It has not ended \(still running after 1 s\)/);
    expect(text).toMatch(/created and removed again Pod/);
    await isAlone();
  });

  it('stands the restricted policy with its profile, and is refused with others, in the words of the server', async () => {
    const place = { namespace: STRICT };
    const strict = await debug({ ...place, command: ['id', '-u'], profile: 'restricted' });
    expect(strict).toMatchObject({ isError: false });
    expect(strict.text).toMatch(/It ended with exit code 0[^]*\]\n1000\n\[end/);
    const refused = await debug({ ...place, profile: 'sysadmin' });
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/violates PodSecurity "restricted:latest": privileged/);
    const onNode = await debug({ ...place, kind: 'node', name: node });
    expect(onNode.text).toMatch(/violates PodSecurity "restricted:latest": host namespaces/);
  });

  it.each([
    [{ name: 'ap' }, 'No pods "ap"'],
    [{ kind: 'node', name: 'no-such-node' }, 'No nodes "no-such-node"'],
    [{ container: 'no-such-container' }, 'targetContainerName: Not found: "no-such-container"'],
    [{ copy: true, container: 'app' }, 'leave "container" out'],
    [{ kind: 'node', name: 'x', copy: true }, 'A node cannot be copied'],
    [{ profile: 'root' }, 'sysadmin'],
  ])('says what is wrong with %j', async (more, said) => {
    const { isError, text } = await debug(more);
    expect(isError).toBe(true);
    expect(text).toContain(said);
  });

  it('needs no more rights than fairlead rbac prints for it, and says which one is missing', async () => {
    if (cluster === undefined) return;
    const rights = requirementsOf(TOOLS.filter(({ name }) => name === 'kube_debug')).filter(({ optional }) => !optional);
    const flags = ['--changes', 'plan', '--allow-operations', 'exec'];
    const account = await leastAccount(cluster, admin, { name: `fairlead-debug-${process.pid}`, flags, rights });
    const least = toolkit('--kubeconfig', account.kubeconfig, '--changes', 'direct', '--allow-operations', 'exec');
    const call = (more: object) =>
      least.call('kube_debug', { namespace: NAMESPACE, name: 'app', image, command: ['id'], ...more });
    try {
      for (const more of [{}, { copy: true }, { kind: 'node', name: node }]) {
        const { text, isError } = await call(more);
        expect({ text, isError }).toMatchObject({ isError: false });
        expect(text).toMatch(/It ended with exit code 0/);
      }
      const without = async (verb: string, resource: string, more: object): Promise<void> =>
        account.without({ verb, group: '', resource }, async () => {
          expect((await call(more)).text).toContain(`may not ${verb} ${resource}`);
        });
      await without('patch', 'pods/ephemeralcontainers', {});
      await without('create', 'pods', { copy: true });
      await without('get', 'nodes', { kind: 'node', name: node });
    } finally {
      await least.close();
      await account.remove();
    }
    await isAlone();
  });

  it.each([{}, { copy: true }, { kind: 'node' }])('is refused without the permission: %j', async (more) => {
    const refusing = toolkit(...flags, '--changes', 'direct');
    const name = 'kind' in more ? node : 'app';
    const { isError, text } = await refusing.call('kube_debug', { namespace: NAMESPACE, name, image, ...more });
    expect(text).toMatch(/Refused by policy: .*it needs the permission "exec"/);
    expect(isError).toBe(true);
    await refusing.close();
  });
});
