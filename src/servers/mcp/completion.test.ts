import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { KubernetesError, type Connection } from '../../kubernetes/index.ts';
import { createCompleter } from './completion.ts';
import { fakeContexts } from '../../../test/support/http-contexts.ts';
import type { ContextFor } from './context.ts';

const named = (kind: string, name: string, namespace?: string) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

const OBJECTS = [
  named('Namespace', 'default'),
  named('Namespace', 'shop'),
  named('Namespace', 'web-shop'),
  named('Pod', 'web-1', 'shop'),
  named('Pod', 'api-web', 'shop'),
  named('Pod', 'elsewhere', 'default'),
  named('Node', 'node-1'),
];

function asking(contextFor: ContextFor, complete = createCompleter()) {
  return (variable: string, value: string, known: Record<string, string> = {}) =>
    complete({ variable, value, known }, contextFor({ name: 'test' }, new AbortController().signal));
}

describe('completion', () => {
  const ask = asking(fakeContexts({ objects: OBJECTS, others: ['prod-eu', 'eu-test'] }).contextFor);

  it('finds clusters without asking any', async () => {
    expect(await ask('cluster', '')).toEqual(['test', 'prod-eu', 'eu-test']);
    expect(await ask('cluster', 'EU')).toEqual(['eu-test', 'prod-eu']);
    expect(await ask('cluster', 'x')).toEqual([]);
  });

  it('finds namespaces, those that begin so first', async () => {
    expect(await ask('namespace', 'shop', { cluster: 'test' })).toEqual(['shop', 'web-shop']);
    expect(await ask('namespace', '')).toEqual(['default', 'shop', 'web-shop']);
  });

  it('finds kinds that fit the namespace', async () => {
    expect(await ask('kind', 'po')).toContain('pods');
    expect(await ask('kind', 'node', { namespace: '_' })).toEqual(['nodes']);
    expect(await ask('kind', 'node', { namespace: 'shop' })).toEqual([]);
    expect(await ask('kind', 'pods', { namespace: '_' })).toEqual([]);
  });

  it('finds names of a kind in a namespace', async () => {
    expect(await ask('name', 'web', { namespace: 'shop', kind: 'pods' })).toEqual(['web-1', 'api-web']);
    expect(await ask('name', '', { kind: 'pods' })).toEqual(['elsewhere']);
    expect(await ask('name', '', { namespace: '_', kind: 'nodes' })).toEqual(['node-1']);
  });

  it('finds nothing where there is nothing to go by, and never fails', async () => {
    expect(await ask('name', 'web')).toEqual([]);
    expect(await ask('name', '', { namespace: 'shop', kind: 'nonsense' })).toEqual([]);
    expect(await ask('namespace', '', { cluster: 'unknown' })).toEqual([]);
    expect(await ask('constructor', '', { kind: 'pods' })).toEqual([]);
    expect(await ask('name', '', { namespace: '*', kind: 'pods' })).toEqual([]);
  });
});

describe('completion on a cluster that does not answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function dead(request: () => Promise<never>) {
    let asked = 0;
    const connection = {
      cluster: 'test',
      request: () => {
        asked++;
        return request();
      },
    } as unknown as Connection;
    let now = 0;
    const ask = asking(fakeContexts({ connection, now: () => now }).contextFor);
    return { ask, asked: () => asked, later: (milliseconds: number) => (now += milliseconds) };
  }

  it('gives up soon, and leaves it alone for a while', async () => {
    const { ask, asked, later } = dead(() => new Promise(() => undefined));
    const first = ask('namespace', '');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(await first).toEqual([]);
    expect(await ask('namespace', 's')).toEqual([]);
    expect(asked()).toBe(1);
    later(30_000);
    void ask('namespace', 'sh');
    await vi.advanceTimersByTimeAsync(0);
    expect(asked()).toBe(2);
  });

  it('does the same when it is refused', async () => {
    const { ask, asked } = dead(() => Promise.reject(new KubernetesError('unreachable', 'nobody there')));
    expect(await ask('namespace', '')).toEqual([]);
    expect(await ask('namespace', '')).toEqual([]);
    expect(asked()).toBe(1);
  });

  it('asks again where it was only forbidden', async () => {
    const { ask, asked } = dead(() => Promise.reject(new KubernetesError('forbidden', 'no')));
    await ask('namespace', '');
    await ask('namespace', '');
    expect(asked()).toBe(2);
  });

  it('lets a defect be seen', async () => {
    const { ask } = dead(() => Promise.reject(new TypeError('defect')));
    await expect(ask('namespace', '')).rejects.toThrow('defect');
  });
});
