import { readFile } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, describe, expect, it } from 'vitest';

import { TOOLS } from '../../src/servers/mcp/index.ts';
import { canary, sightings, type Canary } from '../support/canary.ts';
import { startServer, textOf } from '../support/server.ts';
import { questionsFor } from '../support/sweep.ts';
import { adminClient, ensureCluster, populateIdentities } from './index.ts';

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

  it('stay unseen: in every answer of every tool in every form, in the audit and in the log', async () => {
    if (cluster === undefined || admin === undefined) return;
    await admin.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const identities = await populateIdentities(cluster, admin);
    const { canaries, objects } = planted();
    for (const [collection, object] of objects) {
      const { metadata, kind } = object as { metadata: { name: string }; kind: string };
      const path = `${collection}/${metadata.name}`;
      // What an earlier run planted had other values.
      if ((await admin.find(path)) !== undefined) {
        await admin.delete(path, { gracePeriodSeconds: 0 });
        await admin.waitForObject(path, (found) => found === undefined);
      }
      await admin.post(collection, { apiVersion: collection.startsWith('/api/') ? 'v1' : 'apps/v1', kind, ...object });
    }
    const everything: Canary[] = [...canaries, { place: 'the token we log in with', value: identities.viewer.token }];
    const audit = join(await mkdtemp(join(tmpdir(), 'fairlead-')), 'audit');
    const questions = questionsFor({
      namespace: NAMESPACE,
      pod: 'app',
      deployment: 'app',
      secret: 'credentials',
      configMap: 'settings',
    });
    let answers = 0;
    const running = ['--changes', 'direct', '--allow-operations', 'exec,port-forward'];
    for (const flags of [[], ['--structured'], ['--context', 'viewer'], running]) {
      const server = await startServer({
        args: ['--kubeconfig', cluster.kubeconfig, '--audit', audit, '--log-level', 'debug', ...flags],
      });
      try {
        const offered = new Set((await server.client.listTools()).tools.map(({ name }) => name));
        expect(offered.size === TOOLS.length).toBe(flags === running);
        for (const tool of TOOLS.filter(({ name }) => offered.has(name))) {
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
