import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { EMPTY, mergeContents, parseContents, type KubeconfigContents } from './kubeconfig-contents.ts';

/** Few names, so that files often define the same. */
const name = fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__', 'arn:aws:eks:x/y');
const text = fc.string({ minLength: 1, maxLength: 4 });
const entries = (key: string, inner: fc.Arbitrary<object>) =>
  fc.uniqueArray(
    fc.tuple(name, inner).map(([name, value]) => ({ name, [key]: value })),
    { selector: (entry) => entry.name, maxLength: 4 },
  );
const document = fc.record(
  {
    'current-context': fc.oneof(name, fc.constant('')),
    clusters: entries('cluster', fc.record({ server: text, 'tls-server-name': text }, { requiredKeys: [] })),
    users: entries('user', fc.record({ token: text, username: text }, { requiredKeys: [] })),
    contexts: entries('context', fc.record({ cluster: name, user: name, namespace: text }, { requiredKeys: ['cluster'] })),
  },
  { requiredKeys: [] },
);
const contents = fc
  .tuple(document, fc.constantFrom('/one/config', '/two/config'))
  .map(([found, file]) => parseContents(found, file));

describe('mergeContents', () => {
  it('gives the same however the files are grouped', () => {
    fc.assert(
      fc.property(fc.array(contents, { maxLength: 5 }), fc.nat(5), (files, cut) => {
        const grouped = mergeContents([mergeContents(files.slice(0, cut)), mergeContents(files.slice(cut))]);
        expect(ordered(grouped)).toEqual(ordered(mergeContents(files)));
      }),
    );
  });

  it('takes every entry whole from the first file that has it, and loses none', () => {
    fc.assert(
      fc.property(fc.array(contents, { maxLength: 4 }), (files) => {
        const merged = mergeContents(files);
        for (const kind of ['clusters', 'users', 'contexts'] as const) {
          const names = new Set(files.flatMap((file) => [...file[kind].keys()]));
          expect([...merged[kind].keys()]).toEqual([...names]);
          for (const each of names)
            expect(merged[kind].get(each)).toBe(files.find((file) => file[kind].has(each))?.[kind].get(each));
        }
        expect(merged.currentContext).toBe(files.map((file) => file.currentContext).find((current) => current !== undefined));
      }),
    );
  });

  it('changes nothing for an empty file, or the same file twice', () => {
    fc.assert(
      fc.property(contents, (file) => {
        for (const files of [[file], [EMPTY, file], [file, EMPTY], [file, file]])
          expect(ordered(mergeContents(files))).toEqual(ordered(file));
      }),
    );
  });
});

describe('parseContents', () => {
  it('takes anything, or says what is wrong with it', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true }),
        fc.constantFrom('clusters', 'users', 'contexts', ''),
        (value, key) => {
          const found = key === '' ? value : { [key]: value };
          try {
            expect(parseContents(found, '/k/config').contexts).toBeInstanceOf(Map);
          } catch (error) {
            expect(error).toMatchObject({
              name: 'UsageError',
              message: expect.stringMatching(/^Kubeconfig \/k\/config: .* should be .*, but is /),
            });
          }
        },
      ),
    );
  });

  it('takes an empty text for one that is left out, as Go does', () => {
    const user = {
      token: '',
      tokenFile: '',
      'client-certificate-data': '',
      'client-certificate': null,
      as: '',
      'as-groups': null,
    };
    const blank = { exec: null, 'auth-provider': null, 'as-user-extra': null };
    const parsed = parseContents({ 'current-context': '', users: [{ name: 'u', user: { ...user, ...blank } }] }, '/k/config');
    expect(parsed.currentContext).toBeUndefined();
    expect(Object.entries(parsed.users.get('u') ?? {}).filter(([, value]) => value !== undefined)).toEqual([
      ['name', 'u'],
      ['file', '/k/config'],
    ]);
  });

  it('reads every field of a plugin and of an impersonation', () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'aws',
      args: ['eks', 'get-token'],
      env: [{ name: 'AWS_PROFILE', value: 'prod' }],
      installHint: 'install aws',
      provideClusterInfo: true,
      interactiveMode: 'IfAvailable',
    };
    const user = { exec, as: 'jane', 'as-uid': '7', 'as-groups': ['a', 'b'], 'as-user-extra': { k: ['v', 'w'] } };
    expect(parseContents({ users: [{ name: 'u', user }] }, '/k/config').users.get('u')).toMatchObject({
      exec,
      impersonate: { user: 'jane', uid: '7', groups: ['a', 'b'], extra: { k: ['v', 'w'] } },
    });
  });

  it('takes blank lists, and a blank entry of a cluster, for empty ones', () => {
    const parsed = parseContents(
      {
        clusters: [{ name: 'c', cluster: { 'insecure-skip-tls-verify': null, extensions: null } }, { name: 'bare' }],
        users: null,
      },
      '/k/config',
    );
    expect(parsed.clusters.get('c')).toMatchObject({ insecure: false });
    expect(parsed.clusters.get('bare')).toMatchObject({ name: 'bare', insecure: false });
    expect(parsed.users.size).toBe(0);
  });

  it('reads user name and password', () => {
    const user = { username: 'jane', password: 'x' };
    expect(parseContents({ users: [{ name: 'u', user }] }, '/k/config').users.get('u')).toMatchObject(user);
  });

  it('gives a variable of a plugin without a value an empty one, and looks a name without a slash up in the PATH', () => {
    const parsed = (command: string) =>
      parseContents({ users: [{ name: 'u', user: { exec: { command, env: [{ name: 'A' }] } } }] }, '/k/config').users.get('u')
        ?.exec;
    expect(parsed('aws')).toMatchObject({ command: 'aws', args: [], env: [{ name: 'A', value: '' }], provideClusterInfo: false });
    expect(parsed('bin/aws')).toMatchObject({ command: '/k/bin/aws' });
    expect(parsed('/bin/aws')).toMatchObject({ command: '/bin/aws' });
  });

  it('reads every field of a provider, and leaves blank ones out', () => {
    const provider = { name: 'oidc', config: { 'id-token': 'x', 'client-secret': '', extra: null } };
    const users = [
      { name: 'u', user: { 'auth-provider': provider } },
      { name: 'bare', user: { 'auth-provider': { name: 'oidc' } } },
    ];
    const parsed = parseContents({ kind: 'Config', users }, '/k/config').users;
    expect(parsed.get('u')?.authProvider).toStrictEqual({ name: 'oidc', config: { 'id-token': 'x' } });
    expect(parsed.get('bare')?.authProvider).toStrictEqual({ name: 'oidc', config: {} });
  });

  it.each([
    [{ as: 'jane' }, { user: 'jane', uid: undefined, groups: [], extra: {} }],
    [{ 'as-uid': '7' }, { user: undefined, uid: '7', groups: [], extra: {} }],
    [{ 'as-groups': ['a'] }, { user: undefined, uid: undefined, groups: ['a'], extra: {} }],
    [{ 'as-user-extra': { k: ['v'] } }, { user: undefined, uid: undefined, groups: [], extra: { k: ['v'] } }],
    [{ 'as-groups': [], 'as-user-extra': {} }, undefined],
  ])('takes %j for a wish to be somebody else', (user, wanted) => {
    expect(parseContents({ users: [{ name: 'u', user }] }, '/k/config').users.get('u')?.impersonate).toEqual(wanted);
  });

  it('takes bytes in place before a file, and a relative path from beside the kubeconfig', () => {
    const user = {
      'client-certificate': 'dev.crt',
      'client-certificate-data': 'Q0VSVA==',
      'client-key': 'keys/dev.key',
      tokenFile: '/run/token',
    };
    expect(parseContents({ users: [{ name: 'u', user }] }, '/k/config').users.get('u')).toMatchObject({
      certificate: { kind: 'data', base64: 'Q0VSVA==' },
      key: { kind: 'file', path: '/k/keys/dev.key' },
      tokenFile: '/run/token',
    });
  });

  it('hands the extension for plugins on as it is, and leaves others alone', () => {
    const extensions = [
      { name: 'other', extension: 1 },
      { name: 'client.authentication.k8s.io/exec', extension: { audience: ['x'] } },
    ];
    const cluster = { server: 'https://c', extensions };
    expect(parseContents({ clusters: [{ name: 'c', cluster }] }, '/k/config').clusters.get('c')?.execConfig).toEqual({
      audience: ['x'],
    });
  });
});

/** Maps compare without regard to order, and the order of contexts is what people see. */
function ordered(merged: KubeconfigContents): unknown {
  return [merged.currentContext, [...merged.clusters], [...merged.users], [...merged.contexts]];
}
