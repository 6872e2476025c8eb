import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { normalisePolicy } from '../access/index.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import type { WireRequest } from '../kubernetes/transport.ts';
import type { Applied, Changes } from './changes.ts';
import { createChanges } from './create-changes.ts';
import { openChangeStore } from './database.ts';
import type { Plan } from './plan.ts';
import type { PatchStep, Step } from './step.ts';

const cluster = 'prod';
const author = { origin: 'kube_apply' };
const SERVED = {
  v1: { ConfigMap: 'configmaps', Secret: 'secrets', Service: 'services', PersistentVolumeClaim: 'persistentvolumeclaims' },
  'apps/v1': { Deployment: 'deployments' },
} as const;
type Kind = keyof (typeof SERVED)['v1'] | 'Deployment';
const groups = Object.entries(SERVED).map(([apiVersion, kinds]) => {
  const [version, name = ''] = apiVersion.split('/').toReversed();
  const resources = Object.entries(kinds).map(([kind, resource]) => ({
    resource,
    responseKind: { group: name, version, kind },
    scope: 'Namespaced',
    singularResource: kind.toLowerCase(),
    subresources: [{ subresource: 'scale', verbs: ['patch'] }],
    verbs: ['get', 'list', 'patch', 'create', 'delete'],
  }));
  return { metadata: { name }, versions: [{ version, freshness: 'Current', resources }] };
});

const named = (kind: Kind, name = 'web') => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  namespace: 'shop',
  name,
});
const objectOf = (kind: Kind, more: object, name = 'web'): KubernetesObject => {
  const { apiVersion, namespace } = named(kind, name);
  return { apiVersion, kind, metadata: { name, namespace }, ...more };
};
const config = (a: string, name?: string): KubernetesObject => objectOf('ConfigMap', { data: { a } }, name);
const apply = (object: KubernetesObject): Step => ({ action: 'apply', cluster, object });
const removal = (kind: Kind, name?: string): Step => ({ action: 'delete', cluster, subject: named(kind, name) });
const merge = (kind: Kind, patch: PatchStep['patch']): Step => ({
  action: 'patch',
  cluster,
  subject: named(kind),
  type: 'merge',
  patch,
});
const OURS = [
  { manager: 'kube-controller-manager', operation: 'Update' },
  { manager: 'fairlead', operation: 'Apply', fieldsV1: {} },
];

/** What becomes of a write: it is done and answered, lost on its way, done without an answer, or refused. */
type Fate = 'answered' | 'lost' | 'unheard' | 'refused';

/** A server with the objects that a test puts there; it knows nothing of merging but the fields of an object. */
class Server {
  readonly objects = new Map<string, KubernetesObject>();
  fate: Fate = 'answered';
  /** Happens beside a write. */
  beside: () => unknown = () => undefined;
  #version = 0;

  /** Somebody writes an object. */
  put(object: KubernetesObject, metadata: object = {}): void {
    const { kind = '', metadata: own } = object;
    const known = this.objects.get(`${kind}/${own?.name}`)?.metadata;
    const version = { uid: known?.uid ?? `u-${++this.#version}`, resourceVersion: String(++this.#version) };
    this.objects.set(`${kind}/${own?.name}`, { ...object, metadata: { ...own, ...version, ...metadata } });
  }

  async answer({ method, path, body }: WireRequest): Promise<SaidAnswer> {
    if (path === '/api') return { body: { kind: 'APIGroupDiscoveryList', items: groups.slice(0, 1) } };
    if (path === '/apis') return { body: { kind: 'APIGroupDiscoveryList', items: groups.slice(1) } };
    const [, plural, name, subresource] = /\/namespaces\/shop\/(\w+)(?:\/([\w-]+))?(?:\/(\w+))?/.exec(path) ?? [];
    const served = Object.entries({ ...SERVED.v1, ...SERVED['apps/v1'] }).find(([, resource]) => resource === plural);
    const said = body === undefined ? {} : JSON.parse(body);
    const at = `${served?.[0]}/${name ?? said.metadata?.name}`;
    const live = this.objects.get(at);
    if (method === 'GET' && name === undefined) return { body: { items: [] } };
    if (live === undefined && (method === 'GET' || method === 'DELETE')) return { status: 404, body: { kind: 'Status' } };
    if (method === 'GET') return { body: live };
    const become = (): KubernetesObject | undefined =>
      method === 'DELETE' ? undefined : patched(this.objects.get(at) ?? {}, said);
    if (path.includes('dryRun') || (body ?? '').includes('dryRun')) return { body: become() ?? {} };
    if (this.fate === 'refused') return { status: 403, body: { kind: 'Status', message: 'no' } };
    await this.beside();
    if (this.fate === 'lost') return { status: 504, body: { kind: 'Status', message: 'no answer' } };
    const now = become();
    if (now === undefined) this.objects.delete(at);
    else this.put(now, { managedFields: OURS });
    if (this.fate === 'unheard') return { status: 504, body: { kind: 'Status', message: 'no answer' } };
    return { body: this.objects.get(at) ?? { kind: subresource ?? 'Status' } };
  }
}

function mergedWith<T>(object: T, patch: unknown): T {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch as T;
  const merged = Object.entries(patch).map(([key, value]) => [key, mergedWith((object as never)?.[key], value as unknown)]);
  return { ...object, ...(Object.fromEntries(merged) as object) };
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** @param patch an object, or operations that replace fields of objects */
function patched(object: KubernetesObject, patch: KubernetesObject | readonly Operation[]): KubernetesObject {
  if (!Array.isArray(patch)) return mergedWith(object, patch);
  const replacing = (patch as readonly Operation[]).filter(({ op }) => op !== 'test');
  return replacing.reduce((now, { path, value }) => {
    const names = path.split('/').slice(1);
    return mergedWith(
      now,
      names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value),
    );
  }, object);
}

interface House {
  readonly server: Server;
  readonly changes: Changes;
  readonly done: (fate: Fate, ...steps: readonly Step[]) => Promise<Applied>;
  /** The steps of the plan to undo a change, or why there is none. */
  readonly undo: (applied: Applied) => Promise<Plan['steps'] | string>;
}

async function house(...objects: readonly KubernetesObject[]): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-undo-'));
  const store = openChangeStore({ folder });
  onTestFinished(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });
  const server = new Server();
  for (const object of objects) server.put(object, { managedFields: OURS });
  const { connection } = connectionTo(async (request) => server.answer(request));
  const policy = normalisePolicy({ mode: 'direct', allowedOperations: ['get', 'list', 'create', 'patch', 'delete', 'exec'] });
  const changes = createChanges({ connect: async () => connection, policy, store });
  return {
    server,
    changes,
    done: async (fate, ...steps) => {
      const plan = await changes.plan(steps, { author });
      server.fate = fate;
      const applied = await changes.apply(plan.id, { who: 'nobody', via: 'direct' });
      server.fate = 'answered';
      return applied;
    },
    undo: async ({ change }) => {
      try {
        return (await changes.planUndo(change?.id ?? '', { author })).steps;
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(not-undoable|changed-since)$/) });
        return (error as Error).message;
      }
    },
  };
}

const NOTHING = /^Nothing of change .* is left to be undone\.$/;

describe('a write without an answer', () => {
  test('that was done is undone', async () => {
    const { done, undo } = await house(config('1'), config('1', 'old'));
    const change = await done('unheard', apply(config('2')));
    expect(change.change?.steps).toMatchObject([{ state: 'sent' }]);
    expect(await undo(change)).toMatchObject([{ action: 'patch', changes: [{ path: 'data.a', before: '2', after: '1' }] }]);
    const made = await done('unheard', apply(config('1', 'new')));
    expect(await undo(made)).toMatchObject([{ action: 'delete', effect: 'delete', subject: { name: 'new' } }]);
    const gone = await done('unheard', removal('ConfigMap', 'old'));
    expect(await undo(gone)).toMatchObject([{ action: 'create', object: { data: { a: '1' } } }]);
  });

  test.each<[string, Step]>([
    ['a change', apply(config('2'))],
    ['a new object', apply(config('1', 'new'))],
    ['a deletion', removal('ConfigMap')],
    ['a change of what is kept without its secret values', merge('Secret', { metadata: { labels: { a: 'b' } } })],
  ])('that was lost leaves nothing to be undone: %s', async (_, step) => {
    const { done, undo } = await house(config('1'), objectOf('Secret', { data: { password: 'aHVudGVyMg==' } }));
    expect(await undo(await done('lost', step))).toMatch(NOTHING);
  });

  test('that was lost is not taken for what somebody else did', async () => {
    const { server, done, undo } = await house(config('1'));
    const made = await done('lost', apply(config('1', 'new')));
    server.put(config('theirs', 'new'), { managedFields: [{ manager: 'theirs' }] });
    expect(await undo(made)).toMatch(NOTHING);
    const changed = await done('lost', apply(config('2')));
    server.objects.clear();
    expect(await undo(changed)).toMatch(NOTHING);
  });

  test('that began a deletion is waited for', async () => {
    const { server, done, undo } = await house(config('1'));
    const gone = await done('lost', removal('ConfigMap'));
    server.put(config('1'), { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(await undo(gone)).toBe('ConfigMap web in namespace shop is still being deleted.');
  });

  test('that deleted secret values nobody kept cannot be undone', async () => {
    const { done, undo } = await house(objectOf('Secret', { data: { password: 'aHVudGVyMg==' } }));
    expect(await undo(await done('unheard', removal('Secret')))).toContain('its values held secret values');
  });
});

describe('an undo', () => {
  test('waits until the change is over', async () => {
    const { server, changes, done } = await house(config('1'));
    const refused: unknown[] = [];
    server.beside = async () => {
      const [change] = await changes.changes();
      refused.push(await changes.planUndo(change?.id ?? '', { author }).catch((error: unknown) => error));
    };
    await done('answered', apply(config('2')));
    expect(refused).toEqual([
      expect.objectContaining({ code: 'not-undoable', message: expect.stringMatching(/is still being applied\.$/) }),
    ]);
  });

  test('has nothing to do for steps that failed or were never begun', async () => {
    const secret = objectOf('Secret', { data: { password: 'aHVudGVyMg==' } });
    const { changes, done, undo } = await house(config('1'), secret);
    const change = await done('refused', removal('Secret'), apply(config('2')));
    expect(change.change?.steps.map(({ state }) => state).toSorted()).toEqual(['failed', 'waiting']);
    expect(await undo(change)).toMatch(NOTHING);
    const error = changes.planUndo(change.change?.id ?? '', { author });
    await expect(error).rejects.toMatchObject({ code: 'not-undoable', field: 'change' });
  });

  test('is refused where one step of many cannot be undone', async () => {
    const { done, undo } = await house(config('1'), objectOf('Secret', { data: { password: 'aHVudGVyMg==' } }));
    const change = await done('answered', apply(config('2')), removal('Secret'));
    expect(change.undoable).toBe(true);
    expect(await undo(change)).toContain('Secret web in namespace shop cannot be restored: the Secret held secret values');
  });

  test.each<[string, Kind, object, boolean]>([
    ['its finalizers', 'ConfigMap', { metadata: { finalizers: ['shop.test/cleanup'] } }, true],
    ['its address', 'Service', { spec: { clusterIP: '10.0.0.1' } }, true],
    ['its addresses', 'Service', { spec: { clusterIPs: ['10.0.0.1'] } }, true],
    ['its volume', 'PersistentVolumeClaim', { spec: { volumeName: 'pv-1' } }, true],
    ['another field of a like name', 'Service', { spec: { clusterIPsOf: 'x' } }, false],
    ['the node of its template', 'Deployment', { spec: { template: { spec: { nodeName: 'node-1' } } } }, false],
  ])('of a new object of which somebody has set %s', async (_, kind, set, isDeleted) => {
    const { server, done, undo } = await house();
    const spec = kind === 'ConfigMap' ? {} : { spec: { template: { spec: {} } } };
    const change = await done('answered', apply(objectOf(kind, spec)));
    server.put(mergedWith(server.objects.get(`${kind}/web`) ?? {}, set));
    const steps = await undo(change);
    if (isDeleted) expect(steps).toMatchObject([{ action: 'delete' }]);
    else expect(steps).toContain('has been changed since');
  });

  test('leaves the status alone, whatever controllers wrote into it meanwhile', async () => {
    const { server, done, undo } = await house(objectOf('Deployment', { spec: { paused: false }, status: { replicas: 1 } }));
    const change = await done('answered', merge('Deployment', { spec: { paused: true }, status: { replicas: 2 } }));
    server.put({ ...server.objects.get('Deployment/web'), status: { replicas: 3 } });
    expect(await undo(change)).toMatchObject([{ changes: [{ path: 'spec.paused', before: true, after: false }] }]);
  });

  test('of secret values that nobody kept says so, even where somebody wrote something else meanwhile', async () => {
    const { server, done, undo } = await house(objectOf('Secret', { data: { password: 'aHVudGVyMg==' } }));
    const change = await done('answered', merge('Secret', { data: { password: 'b3RoZXI=' } }));
    server.put(mergedWith(server.objects.get('Secret/web') ?? {}, { metadata: { labels: { theirs: 'x' } } }));
    expect(await undo(change)).toContain('data.password held secret values');
  });

  test('leaves alone what was made for the change only, and what has its name now', async () => {
    const { server, done, undo } = await house();
    const change = await done('answered', { action: 'create', cluster, object: config('1'), temporary: true });
    expect(change.change?.steps).toMatchObject([{ removed: true }]);
    server.put(config('theirs'));
    expect(await undo(change)).toMatch(NOTHING);
  });

  test('of a scaling takes back what the server changed with it', async () => {
    const { server, done, undo } = await house(objectOf('Deployment', { spec: { replicas: 2, paused: false } }));
    server.beside = () => {
      server.beside = () => undefined;
      server.put(mergedWith(server.objects.get('Deployment/web') ?? {}, { spec: { paused: true } }));
    };
    const change = await done('unheard', { action: 'scale', cluster, subject: named('Deployment'), replicas: 5 });
    expect(await undo(change)).toMatchObject([{ action: 'patch' }]);
    const alone = await done('answered', { action: 'scale', cluster, subject: named('Deployment'), replicas: 3 });
    expect(await undo(alone)).toMatchObject([{ action: 'scale' }]);
  });

  test('that would lose a change within a list says which', async () => {
    const of = (image: string) => ({ spec: { containers: [{ name: 'app', image }] }, data: { image } });
    const { server, done, undo } = await house(objectOf('Deployment', of('web:1')));
    const change = await done('answered', merge('Deployment', of('web:2')));
    server.put(mergedWith(server.objects.get('Deployment/web') ?? {}, { ...of('web:3'), binaryData: { a: 'beside' } }));
    const refusal = await undo(change);
    expect(refusal).toContain('spec.containers[name=app].image "web:2" → "web:3"');
    expect(refusal).toContain('data.image "web:2" → "web:3"');
    expect(refusal).not.toContain('beside');
  });
});
