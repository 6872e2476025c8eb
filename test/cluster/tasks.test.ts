import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startRaw } from '../support/raw-stdio.ts';
import { runPod } from '../support/streams.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';
import { ensureNamespace } from './populate/new-objects.ts';
import { until } from './wait.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-tasks-${process.pid}`;
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '0' },
};

interface Answer {
  readonly resultType?: string;
  readonly taskId?: string;
  readonly status?: string;
  readonly statusMessage?: string;
  readonly content?: readonly { readonly text?: string }[];
  readonly result?: Answer;
}

describe.skipIf(cluster === undefined || !cluster.hasNode)('long calls of a client that knows tasks', () => {
  let admin: AdminClient;
  let server: Awaited<ReturnType<typeof startRaw>>;

  async function ask(
    method: string,
    params: object,
    extensions: object = { 'io.modelcontextprotocol/tasks': {} },
  ): Promise<Answer> {
    const meta = { ...META, 'io.modelcontextprotocol/clientCapabilities': { extensions } };
    const { result, error } = await server.ask(method, JSON.stringify({ ...params, _meta: meta }));
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as Answer;
  }
  const call = (name: string, given: object, extensions?: object) =>
    ask('tools/call', { name, arguments: { namespace: NAMESPACE, ...given } }, extensions);
  const look = (taskId: string | undefined) => ask('tasks/get', { taskId });
  const textOf = (answer: Answer | undefined): string => answer?.content?.map(({ text }) => text).join('') ?? '';

  async function completed(task: Answer): Promise<string> {
    expect(task).toMatchObject({ resultType: 'task', status: 'working' });
    let last = task;
    await until('the task has ended', async () => (last = await look(task.taskId)).status !== 'working', 60_000, 200);
    expect(last).toMatchObject({ status: 'completed', resultType: 'complete' });
    return textOf(last.result);
  }

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'tools' }, 'sleep 1000000');
    const flags = ['--kubeconfig', cluster.kubeconfig, '--context', cluster.context, '--changes', 'direct'];
    server = await startRaw([...flags, '--allow-operations', 'get,list,watch,create,patch,delete,exec'], {}, 'modern');
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  it('go on as tasks, say what they are at, and have the answer of a call that was waited for', async () => {
    const goal = { kind: 'pod', name: 'tools', for: '.metadata.labels.stage=ready', timeout: 60 };
    const task = await call('kube_wait', goal);
    await until('it says what it is at', async () => (await look(task.taskId)).statusMessage !== undefined, 10_000);
    await admin.patch(`/api/v1/namespaces/${NAMESPACE}/pods/tools`, { metadata: { labels: { stage: 'ready' } } });
    expect(await completed(task)).toMatch(/^Met after/);
    // The same without tasks, and met at once with them.
    expect(textOf(await call('kube_wait', goal, {}))).toMatch(/^Met after/);
    expect(textOf(await call('kube_wait', goal))).toMatch(/^Met after/);
  });

  it('give the output of a command that takes its time', async () => {
    const command = ['sh', '-c', 'sleep 2; echo out; exit 3'];
    const text = await completed(await call('kube_exec', { name: 'tools', command }));
    expect(text).toContain('out');
    expect(text).toMatch(/exit code 3|exitCode: 3|code 3/);
  });

  it('apply changes, and wait for what becomes of them', async () => {
    if (cluster === undefined) return;
    const run = { image: cluster.image, command: ['sh', '-c', 'sleep 2; echo ran'], timeout: 60 };
    expect(await completed(await call('kube_run', run))).toContain('ran');
  });

  it('end when they are cancelled', async () => {
    const task = await call('kube_exec', { name: 'tools', command: ['sleep', '300'], timeout: 600 });
    expect(await ask('tasks/cancel', { taskId: task.taskId })).toEqual(expect.objectContaining({ resultType: 'complete' }));
    expect(await look(task.taskId)).toMatchObject({ status: 'cancelled' });
  });
});
