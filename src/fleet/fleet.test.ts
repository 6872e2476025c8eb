import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { startApiServer } from '../../test/support/api-server.ts';
import { makeAuthority } from '../../test/support/tls.ts';
import { createAudit, normalisePolicy } from '../access/index.ts';
import { Fleet, type FleetOptions } from './fleet.ts';

let home: string;
let opened: Fleet[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fleet-'));
  vi.stubEnv('HOME', home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(opened.map((fleet) => fleet.close()));
  opened = [];
  await rm(home, { recursive: true, force: true });
});

interface Context {
  readonly name: string;
  readonly server?: string;
  readonly namespace?: string;
  /** A cluster that is not defined. */
  readonly dangling?: boolean;
}

/** A kubeconfig as JSON, which is YAML. */
function kubeconfig(contexts: readonly Context[], current?: string, ca?: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current ?? '',
    contexts: contexts.map(({ name, namespace }) => ({ name, context: { cluster: name, user: 'dev', namespace } })),
    clusters: contexts
      .filter(({ dangling }) => dangling !== true)
      .map(({ name, server }) => ({
        name,
        cluster: {
          server: server ?? `https://${name}.example:6443`,
          ...(ca !== undefined && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
        },
      })),
    users: [{ name: 'dev', user: { token: 't' } }],
  });
}

async function file(name: string, contents: string): Promise<string> {
  const path = join(home, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, contents);
  return path;
}

function fleet(options: Partial<FleetOptions> = {}): Fleet {
  const made = new Fleet({ policy: normalisePolicy(), audit: createAudit(), env: {}, ...options });
  opened.push(made);
  return made;
}

const IN_POD = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe('where clusters come from', () => {
  it('first the files that are named, then KUBECONFIG, then the pod, then the home folder', async () => {
    const named = await file('named', kubeconfig([{ name: 'named' }]));
    const listed = await file('listed', kubeconfig([{ name: 'listed' }]));
    await file('.kube/config', kubeconfig([{ name: 'home' }]));
    const names = async (options: Partial<FleetOptions>): Promise<readonly string[]> => fleet(options).names();

    expect(await names({ kubeconfig: named, env: { KUBECONFIG: listed, ...IN_POD } })).toEqual(['named']);
    expect(await names({ kubeconfig: '', env: { KUBECONFIG: listed, ...IN_POD } })).toEqual(['listed']);
    expect(await names({ env: { KUBECONFIG: listed, ...IN_POD } })).toEqual(['listed']);
    // There is no service account here: that it is missed tells that the pod was chosen.
    await expect(names({ env: { KUBECONFIG: '', ...IN_POD } })).rejects.toMatchObject({ code: 'in-cluster' });
    expect(await names({ env: { KUBECONFIG: '' } })).toEqual(['home']);
    expect(await names({})).toEqual(['home']);
  });

  it('several files are one fleet, in their order', async () => {
    const [a, b] = [
      await file('a', kubeconfig([{ name: 'a1' }, { name: 'a2' }], 'a2')),
      await file('b', kubeconfig([{ name: 'b1' }], 'b1')),
    ];
    const both = fleet({ kubeconfig: [a, b].join(delimiter) });
    expect(await both.names()).toEqual(['a1', 'a2', 'b1']);
    expect(await both.currentName()).toBe('a2');
  });

  it('nowhere is told, and looked at again with the next call', async () => {
    const empty = fleet();
    await expect(empty.connection()).rejects.toMatchObject({ code: 'no-cluster' });
    const missing = join(home, 'later');
    const late = fleet({ kubeconfig: missing });
    await expect(late.names()).rejects.toThrow('does not exist');
    await writeFile(missing, kubeconfig([{ name: 'late' }]));
    expect(await late.names()).toEqual(['late']);
  });
});

describe('which cluster is meant', () => {
  it('the one that is named, else the one chosen at the start, else the current one, else the only one', async () => {
    const two = await file('two', kubeconfig([{ name: 'a' }, { name: 'b' }, { name: 'c' }], 'b'));
    expect((await fleet({ kubeconfig: two, context: 'c' }).connection('a')).cluster).toBe('a');
    expect((await fleet({ kubeconfig: two, context: 'c' }).connection()).cluster).toBe('c');
    expect((await fleet({ kubeconfig: two }).connection()).cluster).toBe('b');
    expect((await fleet({ kubeconfig: await file('one', kubeconfig([{ name: 'only' }])) }).connection()).cluster).toBe('only');
  });

  it('none is told, with all there are', async () => {
    const none = fleet({ kubeconfig: await file('two', kubeconfig([{ name: 'a' }, { name: 'b' }])) });
    await expect(none.connection()).rejects.toMatchObject({ code: 'no-cluster', message: expect.stringContaining('a, b') });
  });

  it('an unknown one is told with the nearest', async () => {
    const some = fleet({ kubeconfig: await file('some', kubeconfig([{ name: 'production' }, { name: 'staging' }], 'staging')) });
    await expect(some.connection('prodution')).rejects.toThrow('did you mean "production"?');
  });

  it('the same one is the same connection, for all who ask together too', async () => {
    const some = fleet({ kubeconfig: await file('some', kubeconfig([{ name: 'a' }, { name: 'b' }], 'a')) });
    const [first, second, third] = await Promise.all([some.connection(), some.connection('a'), some.connection('b')]);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });
});

describe('a context that is broken', () => {
  it('is told of, and spoils no other', async () => {
    const some = fleet({
      kubeconfig: await file(
        'some',
        kubeconfig(
          [
            { name: 'good', namespace: 'shop' },
            { name: 'bad', dangling: true },
          ],
          'good',
        ),
      ),
    });
    expect(await some.clusters()).toMatchObject([
      { name: 'good', current: true, server: 'https://good.example:6443', identity: 'dev', namespace: 'shop' },
      { name: 'bad', current: false, problem: expect.stringContaining('names the cluster "bad", which is not defined') },
    ]);
    expect((await some.connection('good')).cluster).toBe('good');
    await expect(some.connection('bad')).rejects.toMatchObject({ code: 'kubeconfig' });
  });
});

describe('the namespaces of a question', () => {
  it('are the argument, else the chosen one, else the setting, else the context, else default', async () => {
    const path = await file('some', kubeconfig([{ name: 'a', namespace: 'own' }, { name: 'b' }], 'a'));
    const [set, unset] = [fleet({ kubeconfig: path, namespace: 'setting' }), fleet({ kubeconfig: path })];
    const [a, b] = [await unset.connection('a'), await unset.connection('b')];
    expect(set.scope('x,y', 'chosen', a)).toEqual(['x', 'y']);
    expect(set.scope('*', 'chosen', a)).toBe('*');
    expect(set.scope(undefined, 'chosen', a)).toEqual(['chosen']);
    expect(set.scope(undefined, undefined, a)).toEqual(['setting']);
    expect(unset.scope(undefined, undefined, a)).toEqual(['own']);
    expect(unset.scope(' , ', undefined, b)).toEqual(['default']);
  });
});

it('contacts nobody before the first request, and leaves nothing open', async () => {
  const authority = await makeAuthority();
  const server = await startApiServer({
    pair: await authority.issue(),
    handle: (exchange) => exchange.json({ gitVersion: 'v1' }),
  });
  try {
    const some = fleet({ kubeconfig: await file('some', kubeconfig([{ name: 'a', server: server.url }], 'a', authority.cert)) });
    await some.clusters();
    const connection = await some.connection();
    expect(server.connections).toBe(0);
    expect(await connection.request({ verb: 'get', nonResource: '/version' })).toEqual({ gitVersion: 'v1' });
    expect(server.exchanges[0]?.headers.authorization).toBe('Bearer t');
    await some.close();
    await server.openAtMost(0);
  } finally {
    await server.close();
  }
});

it('makes no connection once it is closed, nor for those who asked before', async () => {
  const some = fleet({ kubeconfig: await file('some', kubeconfig([{ name: 'a' }], 'a')) });
  const asked = some.connection();
  await some.close();
  await expect(asked).rejects.toMatchObject({ code: 'closed' });
  await expect(some.connection()).rejects.toMatchObject({ code: 'closed' });
});

describe('one connection', () => {
  it('is refused for what means several clusters', async () => {
    const some = fleet({ kubeconfig: await file('some', kubeconfig([{ name: 'a' }, { name: 'b' }], 'a')) });
    await expect(some.connection('*')).rejects.toMatchObject({
      code: 'several-clusters',
      message: '"*" means 2 clusters, and one is needed here.',
    });
    expect((await some.connection('a*')).cluster).toBe('a');
  });

  it('says which cluster the setting names where there is none of that name', async () => {
    const some = fleet({ kubeconfig: await file('some', kubeconfig([{ name: 'production' }])), context: 'prodution' });
    await expect(some.connection()).rejects.toThrow('No cluster "prodution"; did you mean "production"?');
    await expect(some.select(undefined, 'gone')).rejects.toThrow('No cluster "gone". Clusters: production.');
  });
});

describe('clusters at run time', () => {
  const added = (name: string, token: string): Parameters<Fleet['add']>[0] => ({
    name,
    source: { kind: 'server', server: `https://${name}.example`, login: { kind: 'token', token } },
  });

  it('are added, updated and removed; a connection lasts as long as its definition', async () => {
    const some = fleet({ discover: false });
    await some.add(added('a', 't1'));
    const first = await some.connection();
    expect(await some.connection('a')).toBe(first);
    await some.add(added('a', 't2'));
    expect(await some.connection('a')).not.toBe(first);
    await some.remove('a');
    await expect(some.connection('a')).rejects.toMatchObject({ code: 'no-cluster' });
  });

  it('are checked before anything changes', async () => {
    const some = fleet({ discover: false });
    await some.add(added('a', 't'));
    await expect(
      some.add({ ...added('a', 't'), source: { kind: 'server', server: 'nowhere', login: { kind: 'anonymous' } } }),
    ).rejects.toThrow();
    await expect(some.add(added('', 't'))).rejects.toMatchObject({ code: 'invalid-cluster' });
    expect((await some.connection('a')).server).toBe('https://a.example');
    await expect(some.remove('b')).rejects.toThrow('No cluster "b"');
  });

  it('that come from a kubeconfig are removed there', async () => {
    const some = fleet({ kubeconfig: await file('some', kubeconfig([{ name: 'a' }])) });
    await expect(some.remove('a')).rejects.toThrow('Cluster a comes from a kubeconfig; remove its context there.');
  });

  it('that are missing because the kubeconfig cannot be read are told so', async () => {
    const some = fleet({ kubeconfig: join(home, 'missing'), clusters: [added('a', 't')] });
    expect((await some.connection()).cluster).toBe('a');
    await expect(some.connection('other')).rejects.toThrow(
      /^No cluster "other"\. Clusters: a\. Kubeconfig .*missing does not exist\.$/,
    );
  });
});
