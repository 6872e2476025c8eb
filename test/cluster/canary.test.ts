import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, describe, expect, it } from 'vitest';

import { TOOLS } from '../../src/servers/mcp/index.ts';
import { canary, sightings, type Canary } from '../support/canary.ts';
import { startServer, textOf, YES } from '../support/server.ts';
import { questionsFor } from '../support/sweep.ts';
import { adminClient, at, ensureCluster, populateIdentities, type AdminClient } from './index.ts';

const cluster = await ensureCluster();
const NAMESPACE = 'canary';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Objects that hold a canary in every place where people keep secrets. */
function planted(): {
  readonly canaries: readonly Canary[];
  readonly objects: readonly (readonly [collection: string, object: object])[];
} {
  const canaries: Canary[] = [];
  const plant = (place: string): string => {
    const made = canary(place);
    canaries.push(made);
    return made.value;
  };
  const meta = (name: string, more: object = {}) => ({ name, namespace: NAMESPACE, ...more });
  const lastApplied = (object: object) => ({ 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) });
  const core = `/api/v1/namespaces/${NAMESPACE}`;
  const release = gzipSync(
    JSON.stringify({
      name: 'shop',
      config: { adminPassword: plant('helm values') },
      manifest: `password: ${plant('helm manifest')}`,
    }),
  );
  const kubeconfig = `apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n    token: ${plant('kubeconfig token in a ConfigMap')}\n    client-key-data: ${base64(plant('kubeconfig key in a ConfigMap'))}\n`;
  const container = {
    name: 'app',
    image: 'localhost/busybox:1',
    command: ['sh', '-c', 'exit 0'],
    args: [`--password=${plant('argument with =')}`, '--api-token', plant('argument of its own')],
    env: [
      { name: 'DB_PASSWORD', value: plant('env DB_PASSWORD') },
      { name: 'API_TOKEN', value: plant('env API_TOKEN') },
      { name: 'AWS_SECRET_ACCESS_KEY', value: plant('env AWS_SECRET_ACCESS_KEY') },
      { name: 'DATABASE_URL', value: `postgres://app:${plant('url password')}@db:5432/shop` },
    ],
  };
  return {
    canaries,
    objects: [
      [
        `${core}/secrets`,
        {
          kind: 'Secret',
          metadata: meta('credentials', {
            annotations: {
              'example.com/note': plant('annotation of a Secret'),
              ...lastApplied({ data: { password: base64(plant('last-applied of a Secret')) } }),
            },
          }),
          data: {
            password: base64(plant('data')),
            'tls.key': base64(`-----BEGIN PRIVATE KEY-----\n${plant('private key')}\n-----END PRIVATE KEY-----`),
          },
          stringData: { username: plant('stringData') },
        },
      ],
      [
        `${core}/secrets`,
        {
          kind: 'Secret',
          type: 'helm.sh/release.v1',
          metadata: meta('sh.helm.release.v1.shop.v1', { labels: { owner: 'helm' } }),
          data: { release: base64(base64(release.toString('binary'))) },
        },
      ],
      [`${core}/secrets`, { kind: 'Secret', metadata: meta('prod-kubeconfig'), stringData: { value: kubeconfig } }],
      [
        `${core}/configmaps`,
        {
          kind: 'ConfigMap',
          metadata: meta('settings', {
            annotations: lastApplied({ data: { 'db.password': plant('last-applied of a ConfigMap') } }),
          }),
          data: {
            kubeconfig,
            'db.password': plant('ConfigMap key'),
            'app.properties': `db.user=app\ndb.password=${plant('properties file')}\n`,
            LOG_LEVEL: 'info',
          },
        },
      ],
      [
        `${core}/pods`,
        {
          kind: 'Pod',
          metadata: meta('app', { annotations: lastApplied({ spec: { token: plant('last-applied of a Pod') } }) }),
          spec: { restartPolicy: 'Never', containers: [container] },
        },
      ],
      [
        `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
        {
          kind: 'Deployment',
          metadata: meta('app'),
          spec: {
            replicas: 0,
            selector: { matchLabels: { app: 'app' } },
            template: { metadata: { labels: { app: 'app' } }, spec: { containers: [container] } },
          },
        },
      ],
      [
        `${core}/events`,
        {
          kind: 'Event',
          metadata: meta('app.1'),
          involvedObject: { kind: 'Pod', name: 'app', namespace: NAMESPACE },
          reason: 'Failed',
          type: 'Warning',
          message: `cannot log in with Authorization: Bearer ${plant('bearer in an event')}`,
          lastTimestamp: new Date().toISOString(),
          count: 1,
        },
      ],
    ],
  };
}

/** Every way in which answers are made, and in which changes are planned and tried. */
/** With these every tool is offered. */
const EVERYTHING = ['--changes', 'plan', '--allow-operations', 'exec,port-forward'];
const MODES = [
  [],
  ['--structured'],
  ['--context', 'viewer'],
  EVERYTHING,
  ['--changes', 'plan', '--structured'],
  ['--changes', 'direct', '--dry-run'],
];

type Planted = ReturnType<typeof planted>;

/** Creates the objects; those that an earlier run planted had other values. */
async function replant(admin: AdminClient, objects: Planted['objects']): Promise<void> {
  for (const [collection, object] of objects) {
    const { metadata, kind } = object as { metadata: { name: string }; kind: string };
    const path = `${collection}/${metadata.name}`;
    if ((await admin.find(path)) !== undefined) {
      await admin.delete(path, { gracePeriodSeconds: 0 });
      await admin.waitForObject(path, (found) => found === undefined);
    }
    await admin.post(collection, { apiVersion: collection.startsWith('/api/') ? 'v1' : 'apps/v1', kind, ...object });
  }
}

describe.skipIf(cluster === undefined)('secrets', () => {
  const admin = cluster === undefined ? undefined : adminClient(cluster);
  afterAll(() => admin?.close());

  it('are found by the search that this suite relies on', () => {
    const one = canary('x');
    const forms = [
      one.value,
      base64(one.value),
      base64(`a${one.value}`),
      base64(`ab${one.value}c`),
      Buffer.from(one.value).toString('hex'),
    ];
    for (const form of forms) expect(sightings(`before ${form} after`, [one])).toEqual(['x']);
    expect(sightings('nothing here', [one])).toEqual([]);
  });

  it('stay unseen: in every answer of every tool in every form, in the audit and in the log', { timeout: 900_000 }, async () => {
    if (cluster === undefined || admin === undefined) return;
    await admin.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const identities = await populateIdentities(cluster, admin);
    const { canaries, objects } = planted();
    await replant(admin, objects);
    const sent = canary('what the agent sends');
    const everything: Canary[] = [...canaries, sent, { place: 'the token we log in with', value: identities.viewer.token }];
    const audit = join(await mkdtemp(join(tmpdir(), 'fairlead-')), 'audit');
    const questions = questionsFor(
      { namespace: NAMESPACE, pod: 'app', deployment: 'app', secret: 'credentials', configMap: 'settings' },
      { secret: sent.value },
    );
    let answers = 0;
    for (const flags of MODES) {
      const server = await startServer({
        args: ['--kubeconfig', cluster.kubeconfig, '--audit', audit, '--log-level', 'debug', ...flags],
      });
      try {
        const offered = (await server.client.listTools()).tools;
        expect(offered.length === TOOLS.length).toBe(flags === EVERYTHING);
        for (const tool of offered) {
          for (const question of questions[tool.name] ?? []) {
            const result = await server.client.callTool({ name: tool.name, arguments: question });
            answers++;
            const seen = sightings(JSON.stringify(result) + textOf(result), everything);
            expect({ tool: tool.name, question, flags, seen }).toEqual({ tool: tool.name, question, flags, seen: [] });
          }
        }
      } finally {
        await server.close();
      }
      expect(sightings(server.stderr(), everything)).toEqual([]);
    }
    expect(answers).toBeGreaterThan(200);
    const lines = await readFile(audit, 'utf8');
    expect(lines.split('\n').length).toBeGreaterThan(200);
    expect(sightings(lines, everything)).toEqual([]);
  });

  it('stay unseen where they are changed, copied and restored: in questions, answers and what is kept', async () => {
    if (cluster === undefined || admin === undefined) return;
    const { canaries, objects } = planted();
    await replant(admin, objects);
    const state = await mkdtemp(join(tmpdir(), 'fairlead-state-'));
    const said: string[] = [];
    const server = await startServer({
      args: ['--kubeconfig', cluster.kubeconfig, '--changes', 'plan', '--log-level', 'debug'],
      env: { XDG_STATE_HOME: state },
      answer: (message) => (said.push(message), YES),
    });
    const secret = { kind: 'secret', namespace: NAMESPACE, name: 'credentials' };
    const call = async (name: string, given: Readonly<Record<string, unknown>>): Promise<string> => {
      const result = await server.client.callTool({ name, arguments: given });
      said.push(JSON.stringify(result));
      expect({ name, given, isError: result.isError, text: textOf(result) }).toMatchObject({ isError: undefined });
      return /change-[a-z0-9]{8}/.exec(textOf(result))?.[0] ?? '';
    };
    try {
      await call('kube_copy', { ...secret, to_name: 'credentials-copy' });
      await call('kube_label', { ...secret, set: 'a=b' });
      const rotated = await call('kube_secret', {
        action: 'rotate',
        name: 'credentials',
        namespace: NAMESPACE,
        generate: 'password',
      });
      await call('kube_copy', { kind: 'deployment', namespace: NAMESPACE, name: 'app', to_name: 'app-copy' });
      const deleted = await call('kube_delete', { kind: 'configmap', namespace: NAMESPACE, name: 'settings' });
      await call('kube_rollout', { kind: 'deployment', namespace: NAMESPACE, name: 'app', action: 'restart' });
      for (const change of [rotated, deleted]) await call('kube_changes', { change, max_tokens: 20_000 });
      await call('kube_changes', {});
    } finally {
      await server.close();
    }
    expect(said.length).toBeGreaterThan(12);
    expect(sightings(said.join('\n'), canaries)).toEqual([]);
    expect(sightings(server.stderr(), canaries)).toEqual([]);
    const kept = await readdir(join(state, 'fairlead'));
    expect(kept.some((file) => file.endsWith('.db'))).toBe(true);
    for (const file of kept)
      expect({ file, seen: sightings(await readFile(join(state, 'fairlead', file), 'latin1'), canaries) }).toEqual({
        file,
        seen: [],
      });
    // What was copied is what was there, though nobody saw it.
    const [original, copy] = await Promise.all(
      ['app', 'app-copy'].map((name) => admin.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${name}`)),
    );
    const containers = (object: unknown): unknown => at(object, 'spec', 'template', 'spec', 'containers');
    expect(containers(copy)).toEqual(containers(original));
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}/secrets/credentials-copy`);
    await admin.delete(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/app-copy`);
    await replant(admin, objects);
  });

  it('leave the rest readable', async () => {
    if (cluster === undefined) return;
    const server = await startServer({ args: ['--kubeconfig', cluster.kubeconfig] });
    try {
      const ask = async (kind: string, name: string) =>
        textOf(await server.client.callTool({ name: 'kube_get', arguments: { kind, name, namespace: NAMESPACE } }));
      expect(await ask('configmap', 'settings')).toMatch(/LOG_LEVEL: info/);
      expect(await ask('configmap', 'settings')).toMatch(/db\.user=app/);
      expect(await ask('secret', 'credentials')).toMatch(/password: \S*redacted/);
      const pod = await ask('pod', 'app');
      expect(pod).toMatch(/name: DB_PASSWORD/);
      expect(pod).toMatch(/postgres:\/\/app:\S+@db:5432\/shop/);
    } finally {
      await server.close();
    }
  });
});
