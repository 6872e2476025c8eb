import { chmod, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Roster, type RosterOptions } from './roster.ts';
import type { ClusterSpec } from './spec.ts';

let folder: string;
let path: string;
let problems: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-'));
  path = join(folder, 'config');
  problems = [];
  // Only the clock that says when to look again.
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const kubeconfig = (...names: readonly string[]): string =>
  JSON.stringify({
    'current-context': names[0],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'u' } })),
    clusters: names.map((name) => ({ name, cluster: { server: `https://${name}.example` } })),
    users: [{ name: 'u', user: { token: 't' } }],
  });

/** Writes a file that has stood for a while. */
async function settled(contents: string, file = path): Promise<void> {
  await writeFile(file, contents);
  const then = new Date(Date.now() - 10_000 - Math.random() * 1_000);
  await utimes(file, then, then);
}

const roster = (options: Partial<RosterOptions> = {}): Roster =>
  new Roster({ kubeconfig: path, env: {}, onProblem: (message) => problems.push(message), ...options });

const named = (name: string): ClusterSpec => ({
  name,
  source: { kind: 'server', server: `https://${name}.example`, login: { kind: 'token', token: 't' } },
});

const names = async (who: Roster): Promise<readonly string[]> => [...(await who.look()).members.keys()];
const later = (): unknown => vi.advanceTimersByTime(2_000);

describe('files that change', () => {
  it('are noticed, but looked for once a second only', async () => {
    await settled(kubeconfig('a'));
    const who = roster();
    expect(await names(who)).toEqual(['a']);
    await settled(kubeconfig('b'));
    expect(await names(who)).toEqual(['a']);
    later();
    expect(await names(who)).toEqual(['b']);
  });

  it('are left to settle, for they may be half-written and look whole', async () => {
    await settled(kubeconfig('a', 'b'));
    const who = roster();
    expect(await names(who)).toEqual(['a', 'b']);
    await writeFile(path, kubeconfig('a'));
    later();
    expect(await names(who)).toEqual(['a', 'b']);
    await settled(kubeconfig('a', 'c'));
    // Looked at with the very next call, since it was not taken over before.
    expect(await names(who)).toEqual(['a', 'c']);
  });

  it.each([
    ['broken', '{"contexts": [', 'is no valid YAML'],
    ['empty', '', 'is empty'],
    ['deleted', undefined, 'does not exist'],
  ])('to something %s change nothing, and are told of once', async (_, contents, problem) => {
    await settled(kubeconfig('a'));
    const who = roster();
    await names(who);
    await (contents === undefined ? rm(path) : settled(contents));
    for (let round = 0; round < 3; round++) {
      later();
      expect(await names(who)).toEqual(['a']);
    }
    expect(problems).toEqual([expect.stringMatching(new RegExp(`${problem}.* What was read of it before stays in force\\.$`))]);
    expect((await who.look()).problem).toMatchObject({ code: 'kubeconfig' });
    await settled(kubeconfig('b'));
    later();
    expect(await names(who)).toEqual(['b']);
    expect((await who.look()).problem).toBeUndefined();
  });

  it('are noticed when only their permissions change', async () => {
    await settled(kubeconfig('a'));
    const who = roster();
    const before = (await who.look()).members.get('a')?.fingerprint;
    await chmod(path, 0o600);
    await chmod(path, 0o644);
    later();
    expect((await who.look()).members.get('a')?.fingerprint).not.toBe(before);
  });

  it('give another fingerprint to a cluster that is defined by one of its own', async () => {
    const other = join(folder, 'other');
    await settled(kubeconfig('x'), other);
    const who = roster({ discover: false, clusters: [{ name: 'prod', source: { kind: 'kubeconfig', paths: [other] } }] });
    const before = (await who.look()).members.get('prod')?.fingerprint;
    later();
    expect((await who.look()).members.get('prod')?.fingerprint).toBe(before);
    await settled(kubeconfig('y'), other);
    later();
    expect((await who.look()).members.get('prod')?.fingerprint).not.toBe(before);
  });
});

describe('clusters that are given', () => {
  it('stand beside those of files, in their place where they have the same name', async () => {
    await settled(kubeconfig('a', 'b'));
    const who = roster({ clusters: [named('b'), named('c')] });
    const { members } = await who.look();
    expect([...members.keys()]).toEqual(['a', 'b', 'c']);
    expect((await members.get('b')?.target())?.server).toBe('https://b.example');
    who.delete('b');
    expect(await names(who)).toEqual(['a', 'b', 'c']);
    expect(who.delete('b')).toBe(false);
  });

  it('are there at once, whatever is read at the moment', async () => {
    await settled(kubeconfig('a'));
    const who = roster();
    const reading = names(who);
    who.set(named('b'));
    expect(await reading).toEqual(['a', 'b']);
    who.replace([named('c')]);
    expect(await names(who)).toEqual(['a', 'c']);
  });

  it('stay when another is added while the kubeconfig is broken', async () => {
    await settled(kubeconfig('a'));
    const who = roster();
    await names(who);
    await settled('{');
    later();
    who.set(named('b'));
    expect(await names(who)).toEqual(['a', 'b']);
  });

  it('can be used where the kubeconfig cannot be read, which is told', async () => {
    const who = roster({ clusters: [named('b')] });
    expect(await names(who)).toEqual(['b']);
    expect(problems).toEqual([`Kubeconfig ${path} does not exist. Its clusters are left out.`]);
    expect((await who.look()).current).toBe('b');
  });
});

it('nothing at all is an error, until there is something', async () => {
  const who = roster();
  await expect(who.look()).rejects.toThrow('does not exist');
  await writeFile(path, kubeconfig('a'));
  expect(await names(who)).toEqual(['a']);
});
