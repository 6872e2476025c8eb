import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { expect, it } from 'vitest';

import type { Answer } from '../../answers/index.ts';
import { fakeContexts } from '../../../test/support/http-contexts.ts';
import { serverFactory } from './server.ts';
import { newSession } from './session.ts';
import { defineTool } from './tool.ts';

const broken = defineTool({
  name: 'kube_broken',
  title: 'Broken',
  description: 'Fails by a defect of ours when it is told to, for tests of the binding.',
  arguments: { fail: { type: 'boolean' } },
  effect: 'read',
  needs: [],
  toolset: 'core',
  run: async ({ fail }): Promise<Answer> => {
    if (fail === true) throw new TypeError('secret detail');
    return { text: () => 'fine', data: () => ({}) };
  },
});

it('tells a client of 2025 what it asked for, and unasked only what went wrong', async () => {
  const server = serverFactory({ version: '0', tools: [broken], contextFor: fakeContexts().contextFor })(newSession());
  const client = new Client({ name: 'test', version: '0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  await client.connect(near);
  const lines: [string, unknown][] = [];
  client.setNotificationHandler('notifications/message', ({ params }) => void lines.push([params.level, params.data]));
  const call = (fail: boolean) => client.callTool({ name: 'kube_broken', arguments: { fail } });

  await call(false);
  expect(lines).toEqual([]);
  await call(true);
  expect(lines).toEqual([['error', { tool: 'kube_broken', message: 'A defect of ours; the log of the process says more.' }]]);
  await client.setLoggingLevel('debug');
  await call(false);
  expect(lines.at(-1)).toEqual(['debug', { tool: 'kube_broken', milliseconds: expect.any(Number), isError: false }]);
  await client.setLoggingLevel('emergency');
  await call(true);
  expect(lines).toHaveLength(2);
  await client.close();
});
