import { chmod, lstat, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it, vi } from 'vitest';

import { folderWith } from '../../test/support/credentials.ts';
import { kubeconfigTokens } from './kubeconfig-tokens.ts';

const OLD = { 'id-token': 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2ln', 'refresh-token': 'refresh-0123456789abcdef' };
const NEW = { 'id-token': 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.bmV3', 'refresh-token': 'refresh-fedcba9876543210' };

const CONFIG = `# Mine, and I like it like this.
users:
- name: other
  user: {token: untouched}
- name: dev   # me
  user:
    auth-provider:
      name: oidc
      config:
        id-token: "${OLD['id-token']}"
        client-id: fairlead
        refresh-token: ${OLD['refresh-token']}
`;

async function fileWith(text: string): Promise<string> {
  return join(await folderWith({ config: text }), 'config');
}

it('reads the tokens of a user', async () => {
  const file = await fileWith(CONFIG);
  expect(await kubeconfigTokens(file, 'dev').read()).toEqual({ ...OLD, 'client-id': 'fairlead' });
  expect(await kubeconfigTokens(file, 'other').read()).toBeUndefined();
  expect(await kubeconfigTokens(file, 'nobody').read()).toBeUndefined();
  expect(await kubeconfigTokens(`${file}.missing`, 'dev').read()).toBeUndefined();
  expect(await kubeconfigTokens(await fileWith('{half'), 'dev').read()).toBeUndefined();
});

it('replaces the tokens, and nothing else of the file', async () => {
  const file = await fileWith(CONFIG);
  await chmod(file, 0o640);
  const tokens = kubeconfigTokens(file, 'dev');
  expect(await tokens.replace({ ...OLD, 'client-id': 'fairlead' }, { ...NEW, 'client-id': 'fairlead' })).toBe(true);
  const expected = CONFIG.replace(OLD['id-token'], NEW['id-token']).replace(OLD['refresh-token'], NEW['refresh-token']);
  expect(await readFile(file, 'utf8')).toBe(expected);
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect(await tokens.read()).toMatchObject(NEW);
  expect(await lstat(`${file}.lock`).catch(() => 'gone')).toBe('gone');
});

it('knows JSON, links, and a login that had no id-token yet', async () => {
  const config = { name: 'oidc', config: { 'refresh-token': OLD['refresh-token'] } };
  const file = await fileWith(JSON.stringify({ users: [{ name: 'dev', user: { 'auth-provider': config } }] }));
  const link = `${file}.link`;
  await symlink(file, link);
  expect(await kubeconfigTokens(link, 'dev').replace({ 'refresh-token': OLD['refresh-token'] }, NEW)).toBe(true);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await kubeconfigTokens(file, 'dev').read()).toEqual({ 'refresh-token': NEW['refresh-token'] });
});

it.each<[string, string, Record<string, string>, Record<string, string>]>([
  ['the old ones are no longer there', CONFIG, NEW, OLD],
  ['one is folded over two lines', CONFIG.replace('0123456789abcdef', '01234567\n          89abcdef'), OLD, NEW],
  ['an old one could be a word', CONFIG.replace(OLD['refresh-token'], 'config'), { 'refresh-token': 'config' }, NEW],
  [
    'one of them is the token of somebody else, too, and could be a word',
    CONFIG.replace(OLD['refresh-token'], 'untouched'),
    { ...OLD, 'refresh-token': 'untouched' },
    NEW,
  ],
  ['one stands in a comment alone', CONFIG.replace(OLD['refresh-token'], `their-own # ${OLD['refresh-token']}`), OLD, NEW],
  [
    'a copy of one elsewhere would become a number',
    `${CONFIG}extensions: [{name: backup, extension: ${OLD['id-token']}}]\n`,
    { 'id-token': OLD['id-token'] },
    { 'id-token': '1234567890123456' },
  ],
  ['a new one would need escaping', CONFIG, OLD, { 'refresh-token': 'new"token: with, meaning' }],
  ['they belong to somebody else', CONFIG.replace('name: dev', 'name: jane'), OLD, NEW],
  ['the file is no YAML', `${CONFIG}\n  {`, OLD, NEW],
])('leaves the file alone when %s', async (_, text, before, after) => {
  const file = await fileWith(text);
  expect(await kubeconfigTokens(file, 'dev').replace(before, after)).toBe(false);
  expect(await readFile(file, 'utf8')).toBe(text);
});

it('loses nothing of what two programs renew at the same time', async () => {
  const theirs = { 'refresh-token': 'theirs-0123456789abcdef' };
  const renewed = { 'refresh-token': 'theirs-fedcba9876543210' };
  const provider = { name: 'oidc', config: theirs };
  const file = await fileWith(`${CONFIG}- {name: ops, user: {auth-provider: ${JSON.stringify(provider)}}}\n`);
  const [dev, ops] = [kubeconfigTokens(file, 'dev'), kubeconfigTokens(file, 'ops')];
  expect(await Promise.all([dev.replace(OLD, NEW), ops.replace(theirs, renewed)])).toEqual([true, true]);
  expect([await dev.read(), await ops.read()]).toMatchObject([NEW, renewed]);
});

it('leaves the file of somebody else alone, because a file made anew would be ours', async () => {
  const file = await fileWith(CONFIG);
  const { uid } = await stat(file);
  const getuid = vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
  try {
    expect(await kubeconfigTokens(file, 'dev').replace(OLD, NEW)).toBe(false);
  } finally {
    getuid.mockRestore();
  }
  expect(await readFile(file, 'utf8')).toBe(CONFIG);
});

it('gets over a draft that was left behind', async () => {
  const file = await fileWith(CONFIG);
  await writeFile(`${file}.${process.pid}.new`, 'half');
  const tokens = kubeconfigTokens(file, 'dev');
  expect([await tokens.replace(OLD, NEW), await tokens.replace(OLD, NEW)]).toEqual([false, true]);
  expect(await tokens.read()).toMatchObject(NEW);
});

it('leaves the file alone while somebody else holds the lock of kubectl, and the lock too', async () => {
  const file = await fileWith(CONFIG);
  await writeFile(`${file}.lock`, '');
  expect(await kubeconfigTokens(file, 'dev').replace(OLD, NEW)).toBe(false);
  expect(await readFile(file, 'utf8')).toBe(CONFIG);
  expect((await stat(`${file}.lock`)).size).toBe(0);
  expect(await kubeconfigTokens(`${file}.missing`, 'dev').replace(OLD, NEW)).toBe(false);
});
