import { afterAll, beforeAll, expect, test } from 'vitest';

import { getObject, isKubernetesError } from '../../src/kubernetes/index.ts';
import { startPractice, type Practice } from '../index.ts';
import { type TcpFault, tcpFaultProxy } from './index.ts';
import { connectTo } from '../../test/support/faults.ts';

let practice: Practice;

beforeAll(async () => {
  practice = await startPractice();
});
afterAll(() => practice.stop());

/** Asks for a namespace over a fresh connection, through a proxy whose connections go wrong like this. */
async function ask(faults: readonly TcpFault[], deadline: number) {
  const proxy = await tcpFaultProxy(practice.url, faults);
  const connection = connectTo(practice.kubeconfig().replace(practice.url, `https://127.0.0.1:${proxy.port}`));
  try {
    const client = connection.during({ origin: 'library', deadline });
    const { kind } = await client.resolve('namespaces');
    const object = await getObject(client, kind, { name: 'default' });
    return { object };
  } finally {
    await connection.close();
    await proxy.close();
  }
}

test.each<readonly [string, TcpFault]>([
  ['is slow to and fro', { kind: 'latency', milliseconds: 2 }],
  ['drips', { kind: 'slow', bytes: 4000, everyMilliseconds: 1 }],
])('a connection that %s carries everything', async (_, fault) => {
  expect((await ask([fault], 20_000)).object).toMatchObject({ metadata: { name: 'default' } });
});

test.each<readonly [string, TcpFault]>([
  ['is reset in the middle of the handshake', { kind: 'reset', afterBytes: 100 }],
  ['ends in the middle of the handshake', { kind: 'cut', afterBytes: 1000 }],
])('a connection that %s is told as one', async (_, fault) => {
  const outcome = await ask(
    Array.from({ length: 20 }, () => fault),
    20_000,
  ).catch((error: unknown) => error);
  expect(isKubernetesError(outcome, 'unreachable')).toBe(true);
});

test.each<readonly [string, TcpFault]>([
  ['takes what it is given and says nothing', { kind: 'black-hole' }],
  ['falls silent in the middle of the handshake', { kind: 'half-open', afterBytes: 100 }],
])('a connection that %s ends with the deadline', async (_, fault) => {
  const outcome = await ask(
    Array.from({ length: 20 }, () => fault),
    100,
  ).catch((error: unknown) => error);
  expect(isKubernetesError(outcome, 'timeout')).toBe(true);
});

test('connections that are cut at any byte never give a wrong answer', async () => {
  for (let afterBytes = 500; afterBytes < 12_000; afterBytes += 1500) {
    const outcome = await ask([{ kind: 'reset', afterBytes }], 20_000).catch((error: unknown) => error);
    if (!isKubernetesError(outcome, 'unreachable')) expect(outcome).toMatchObject({ object: { metadata: { name: 'default' } } });
  }
});
