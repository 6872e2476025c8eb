import { describe, expect, it } from 'vitest';

import type { Clock } from '../../../platform/index.ts';
import { fakeCluster } from '../../kinds.fake.ts';
import { debuggerOf, debugResult } from './debug-result.ts';

const spec = (field: string, ...names: readonly string[]) => ({ spec: { [field]: names.map((name) => ({ name })) } });

const POD = 'GET /api/v1/namespaces/shop/pods/web';
const LOG = 'GET /api/v1/namespaces/shop/pods/web/log';

/** A pod whose debugging container is in one state after the other; the last one stays. */
function watched(...states: readonly object[]) {
  const left = [...states];
  const next = () => {
    const state = left.length > 1 ? left.shift() : left[0];
    return {
      metadata: { name: 'web', namespace: 'shop' },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'app', state: { running: {} } }],
        ephemeralContainerStatuses: [{ name: 'debugger', state }],
      },
    };
  };
  const cluster = fakeCluster({ [POD]: next, [LOG]: 'said\n' });
  let now = 0;
  const clock: Clock = { now: () => now, sleep: async (ms) => void (now += ms) };
  const heard: string[] = [];
  const wait = { seconds: 5, signal: new AbortController().signal, clock, say: (text: string) => void heard.push(text) };
  const wanted = { namespace: 'shop', pod: 'web', container: 'debugger' };
  return { ...cluster, heard, now: () => now, end: async () => debugResult(cluster.connection, wanted, wait) };
}

const ENDED = { terminated: { exitCode: 3, reason: 'Error' } };

describe('the debugging container of a change', () => {
  it.each([
    [undefined, spec('containers', 'app', 'debugger-a'), 'debugger-a'],
    [spec('containers', 'app'), spec('ephemeralContainers', 'debugger-a'), 'debugger-a'],
    [spec('ephemeralContainers', 'debugger-b'), spec('ephemeralContainers', 'debugger-a', 'debugger-b'), 'debugger-a'],
    [spec('ephemeralContainers', 'debugger-b'), spec('ephemeralContainers', 'debugger-b'), undefined],
  ])('between %j and %j is %s', (before, after, name) => {
    expect(debuggerOf(before, after)).toBe(name);
  });
});

describe('the end of a debugging container', () => {
  it('is waited for, and told with the log of that container', async () => {
    const { end, sent, heard } = watched({ waiting: { reason: 'ContainerCreating' } }, { running: {} }, ENDED);
    expect(await end()).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(heard).toEqual([
      'waiting for the end of debugger in pod web, which has not begun',
      'waiting for the end of debugger in pod web',
    ]);
    expect(sent.at(-1)).toMatch(/\/log\?.*container=debugger/);
  });

  it('is given up after the time that the command has, which begins when it runs', async () => {
    const slow = Array.from({ length: 6 }, () => ({ waiting: { reason: 'ContainerCreating' } }));
    const { end, now } = watched(...slow, { running: {} });
    expect(await end()).toMatchObject({ exitCode: undefined, reason: 'still running after 5 s' });
    expect(now()).toBeGreaterThan(7_000);
    expect(now()).toBeLessThan(14_000);
  });

  it('is not waited for where it cannot begin, and the kubelet has said why', async () => {
    const { end, now } = watched({ waiting: { reason: 'CreateContainerConfigError', message: 'image will run as root' } });
    expect(await end()).toMatchObject({ reason: 'CreateContainerConfigError', message: 'image will run as root' });
    expect(now()).toBe(0);
  });

  it('is unknown where the pod is gone, and that is told', async () => {
    const { connection } = fakeCluster({});
    const wanted = { namespace: 'shop', pod: 'web', container: 'debugger' };
    const wait = { seconds: 5, signal: new AbortController().signal };
    expect(await debugResult(connection, wanted, wait)).toMatchObject({ exitCode: undefined, reason: 'not-found' });
  });
});
