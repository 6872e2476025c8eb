/** What a plan of many objects costs: `kube_apply` of a manifest that changes each of them, beside bare dry runs of the same. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { tokensOf } from '../src/answers/index.ts';
import { applyObject, type Connection, type KubernetesObject } from '../src/kubernetes/index.ts';
import { mapBounded } from '../src/platform/index.ts';
import { adminClient, ensureCluster, type TestCluster } from '../test/cluster/index.ts';
import { changesHouse } from '../test/support/changes.ts';
import { toolkit } from '../test/support/toolkit.ts';
import { amountOf } from './amount.ts';
import { thisMachine } from './machine.ts';
import { headline, markdown } from './report.ts';
import { median } from './statistics.ts';

const USAGE = `usage: npm run bench:plan -- [--objects 300] [--rounds 9]
  --objects N   in the manifest: Deployments, Services and ConfigMaps, as many of each
  --rounds N    plans, each of which changes all of them
`;

const NAMESPACE = `fairlead-bench-plan-${process.pid}`;
/** Dry runs under way at the same time, as many as a plan has. */
const AT_ONCE = 32;

const text = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: { objects: text('300'), rounds: text('9'), help: { type: 'boolean', short: 'h' } },
});
if (values.help === true) process.stdout.write(USAGE);
else console.log((await bench(amountOf('objects', values.objects), amountOf('rounds', values.rounds))).join('\n'));

async function bench(objects: number, rounds: number): Promise<readonly string[]> {
  const machine = thisMachine();
  const cluster = await ensureCluster();
  if (cluster === undefined) throw new Error('There is no test cluster: npm run cluster -- up');
  const admin = adminClient(cluster);
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
  process.env['XDG_STATE_HOME'] = folder;
  await admin.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  try {
    return [headline(machine), '', ...(await measured(cluster, objects, rounds))];
  } finally {
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin.close();
    await rm(folder, { recursive: true });
  }
}

async function measured(cluster: TestCluster, objects: number, rounds: number): Promise<readonly string[]> {
  const { kubeconfig, context } = cluster;
  const manifest = (round: number) => Array.from({ length: objects }, (_, index) => objectOf(index, round));
  await using house = await changesHouse({ kubeconfig, context, policy: { mode: 'direct' } });
  const connection = await house.connect();
  await mapBounded(manifest(0), AT_ONCE, async (object) => apply(connection, object, false));
  const tools = toolkit('--kubeconfig', kubeconfig, '--context', context, '--changes', 'plan');
  const [plans, bare, tokens]: [number[], number[], number[]] = [[], [], []];
  for (let round = 1; round <= rounds; round++) {
    const manifests = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifest(round) });
    let answer = '';
    plans.push(
      await timed(async () => {
        ({ text: answer } = await tools.call('kube_apply', { manifests, force: true }));
      }),
    );
    if (!answer.includes(`${objects} to change`) || !answer.includes('"cursor"')) throw new Error(answer.slice(0, 500));
    tokens.push(tokensOf(answer));
    bare.push(await timed(() => mapBounded(manifest(round), AT_ONCE, async (object) => apply(connection, object, true))));
  }
  await tools.close();
  return markdown([
    [`${objects} objects, each changed`, 'median', 'first', 'worst', 'target'],
    [`kube_apply → plan with its diff`, ...summary(plans), '< 2,000 ms'],
    [`bare dry runs, ${AT_ONCE} at a time`, ...summary(bare), ''],
    ['tokens of the answer', String(median(tokens)), '', String(Math.max(...tokens)), '≤ 4,000'],
  ]);
}

function apply(connection: Connection, object: KubernetesObject, dryRun: boolean): Promise<KubernetesObject> {
  return connection
    .resolve(`${object.apiVersion}/${object.kind}`)
    .then(({ kind }) => applyObject(connection, kind, object, { dryRun, force: true }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function summary(samples: readonly number[]): readonly string[] {
  return [median(samples), samples[0] ?? Number.NaN, Math.max(...samples)].map((each) => `${Math.round(each)} ms`);
}

/** One of the objects as it is wanted in a round. */
function objectOf(index: number, round: number): KubernetesObject {
  const metadata = { name: `object-${index}`, namespace: NAMESPACE };
  const labels = { app: `object-${index}` };
  const value = String(round);
  const containers = [{ name: 'app', image: `none.example.com/app:${value}`, env: [{ name: 'ROUND', value }] }];
  const kinds: readonly KubernetesObject[] = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { round: value } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: 80 + round }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    },
  ];
  return kinds[index % kinds.length] ?? {};
}
