import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';

import { resourceName } from '../api/state/registry.ts';
import { startPractice } from '../index.ts';
import { causesOf, decoded, defaulted } from '../objects/index.ts';
import { builtIn } from '../objects/types.fake.ts';
import { openWorld, withIncidents, WORLDS, type World } from './index.ts';
import { readWorld } from './read.ts';

interface ContainerState {
  readonly waiting?: { readonly reason: string };
}

/** The pods that are not well, by app: why their container waits, or the phase they are in. */
async function unwell(wanted: World | Promise<World> = openWorld('shop')): Promise<Readonly<Record<string, readonly string[]>>> {
  const practice = await startPractice({ world: await wanted });
  try {
    const found: Record<string, string[]> = {};
    for (const { metadata, status } of practice.store.list('pods')) {
      const { phase = '', containerStatuses: [first] = [] } = status as {
        readonly phase?: string;
        readonly containerStatuses?: readonly { readonly state: ContainerState }[];
      };
      const why = first?.state.waiting?.reason ?? phase;
      if (['Running', 'Succeeded'].includes(why)) continue;
      (found[metadata.labels?.['app'] ?? ''] ??= []).push(why);
    }
    return found;
  } finally {
    await practice.stop();
  }
}

describe('a world', () => {
  it.each(WORLDS)('that comes along can be read: %s', async (name) => {
    const world = await openWorld(name);
    expect(world.name).toBe(name);
    expect(world.history.map(({ ago }) => ago)).toEqual(world.history.map(({ ago }) => ago).toSorted((a, b) => b - a));
  });

  it('has lived before it is seen', async () => {
    const before = Date.now();
    const practice = await startPractice({ world: await openWorld('shop') });
    try {
      const web = practice.store.get('deployments.apps', 'shop', 'web');
      expect(before - Date.parse(web?.metadata.creationTimestamp ?? '')).toBeGreaterThan(2.9 * 3_600_000);
      expect(practice.clock.now()).toBeGreaterThanOrEqual(before);
      const restarts = practice.store.list('pods', 'shop').flatMap(({ metadata, status }) => {
        const { containerStatuses = [] } = status as {
          readonly containerStatuses?: readonly { readonly restartCount: number }[];
        };
        return metadata.labels?.['app'] === 'checkout' ? containerStatuses.map(({ restartCount }) => restartCount) : [];
      });
      expect(Math.max(...restarts)).toBeGreaterThan(4);
    } finally {
      await practice.stop();
    }
  });

  it('holds nothing that an API server would not hold', async () => {
    const practice = await startPractice({ world: await openWorld('shop') });
    try {
      const resources = new Set(practice.store.kinds().map(resourceName));
      const objects = [...resources].flatMap((resource) => practice.store.list(resource));
      expect(objects.length).toBeGreaterThan(150);
      for (const object of objects) {
        const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
        const type = builtIn(group ?? '', version ?? '', object.kind);
        const named = `${object.kind} ${object.metadata.name}`;
        expect([named, ...causesOf(type, object)]).toEqual([named]);
        expect([named, defaulted(type, decoded(type, object, 'Strict').object)]).toEqual([named, object]);
      }
    } finally {
      await practice.stop();
    }
  });

  it('has its incidents, or those that are wanted alone', async () => {
    expect(await unwell()).toEqual({
      checkout: ['CrashLoopBackOff'],
      mailer: ['CreateContainerConfigError'],
      recommend: ['Pending', 'Pending'],
    });
    const shop = await openWorld('shop');
    expect(await unwell(withIncidents(shop, ['missing-key']))).toEqual({ mailer: ['CreateContainerConfigError'] });
    expect(await unwell(withIncidents(shop, []))).toEqual({});
  });

  it('can be a crowd that changes all the time', async () => {
    const world = readWorld('{ world: crowd, about: many, crowd: { pods: 25, namespaces: 2, churn: 40 } }', 'here');
    const practice = await startPractice({ world });
    try {
      expect(practice.store.list('pods').length).toBe(25);
      expect(practice.store.list('namespaces').filter(({ metadata }) => metadata.name.startsWith('team-')).length).toBe(2);
      let changes = 0;
      practice.store.watch('pods', () => (changes += 1));
      practice.clock.advance(10_000);
      expect(changes).toBeGreaterThanOrEqual(400);
    } finally {
      await practice.stop();
    }
  });

  it.each([
    ['world: 7', 'world: Invalid input: expected string'],
    ['{ world: x, about: y, node: [] }', 'the whole: Unrecognized key: "node"'],
    ['{ world: x, about: y, history: [{ ago: soon, apply: [] }] }', 'history.0.ago: a length of time such as 90s, 25m, 3h or 2d'],
    ['{ world: x, about: y, images: { web: { exit: { code: 1 } } } }', 'images.web.exit.afterSeconds: '],
    ['{ world: x, about: y, nodes: [{ name: a, cpu: lots }] }', 'nodes.0.cpu: an amount such as 500m, 4 or 8Gi'],
    ['{ world: x, about: y, nodes: [{ name: a_b }] }', 'nodes.0.name: lower-case letters, digits, dashes and single dots'],
    ['{ world: x, about: y, nodes: [{ name: a..b }] }', 'nodes.0.name: lower-case letters, digits, dashes and single dots'],
    ['{ world: x, about: y, nodes: [{ name: a }, { name: a }] }', 'nodes: two of one name'],
    ['{ world: x, about: y, images: { web: { readyAfterSeconds: -1 } } }', 'images.web.readyAfterSeconds: '],
    ['a: b: c', 'here is no valid YAML'],
  ])('that is none says what is wrong: %s', (text, message) => {
    expect(() => readWorld(text, 'here')).toThrow(message);
  });

  it('of no such name says which there are', async () => {
    await expect(openWorld('shpo')).rejects.toThrow(
      'There is no world "shpo". Worlds: shop, fleet, empty, or the path of a YAML file.',
    );
    await expect(openWorld('./nowhere.yaml')).rejects.toThrow('The world ./nowhere.yaml cannot be read: ENOENT');
  });

  const pods = { matchLabels: { app: 'web' } };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
  it.each([
    [
      'a field that its kind does not have',
      { spec: { selector: pods, template, replica: 3 } },
      'strict decoding error: unknown field "spec.replica"',
    ],
    [
      'a value of another type',
      { spec: { selector: pods, template: { ...template, spec: { containers: template.spec.containers[0] } } } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      'what a rule forbids',
      { spec: { selector: pods, template, replicas: -1 } },
      'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'no namespace',
      { metadata: { name: 'web', namespace: 'nowhere' }, spec: { selector: pods, template } },
      'namespaces "nowhere" not found',
    ],
  ])('with an object that has %s says which it is, and why', async (_, part, why) => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, ...part };
    const world = readWorld(JSON.stringify({ world: 'x', about: 'y', history: [{ ago: '90s', apply: [deployment] }] }), 'here');
    const { namespace } = deployment.metadata as { readonly namespace?: string };
    const name = namespace === undefined ? 'web' : `${namespace}/web`;
    await expect(startPractice({ world })).rejects.toThrow(`Deployment ${name} of 90s ago cannot be: ${why}`);
  });

  it('whose later part breaks an object says so as well', async () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { selector: pods, template },
    };
    const history = [
      { ago: '1h', apply: [deployment] },
      { ago: '30m', apply: [{ ...deployment, spec: { replica: 2 } }] },
    ];
    const world = readWorld(JSON.stringify({ world: 'x', about: 'y', history }), 'here');
    await expect(startPractice({ world })).rejects.toThrow(
      'Deployment web of 30m ago cannot be: strict decoding error: unknown field "spec.replica"',
    );
  });

  it('with a kind of another version says which there are', async () => {
    const pod = { apiVersion: 'apps/v1', kind: 'Pod', metadata: { name: 'web' } };
    const world = readWorld(JSON.stringify({ world: 'x', about: 'y', history: [{ ago: '1m', apply: [pod] }] }), 'here');
    await expect(startPractice({ world })).rejects.toThrow(
      'Pod web of 1m ago cannot be: no cluster serves Pod of apps/v1: it is of v1',
    );
  });

  it('with a kind that no cluster serves says so', async () => {
    const world = readWorld(
      '{ world: x, about: y, history: [{ ago: 1m, apply: [{ apiVersion: shop.example/v1, kind: Shop, metadata: { name: a } }] }] }',
      'here',
    );
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(startPractice({ world, port })).rejects.toThrow(
      'Shop a of 1m ago cannot be: no cluster serves Shop of shop.example/v1',
    );
    // Nothing of it is left: its port is free again.
    const practice = await startPractice({ port });
    await practice.stop();
  });
});
