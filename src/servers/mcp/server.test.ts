import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';

import type { Answer } from '../../answers/index.ts';
import { KubernetesError } from '../../kubernetes/index.ts';
import { UsageError } from '../../platform/index.ts';
import { serverFactory } from './server.ts';
import { newSession } from './session.ts';
import { defineTool, type AnyTool, type ToolContext } from './tool.ts';

const echo = defineTool({
  name: 'kube_echo',
  title: 'Echo',
  description: 'Says what it was given, for tests of the binding.',
  arguments: {
    text: { type: 'string', required: true },
    output: { type: 'string', enum: ['text', 'json'] },
    max_tokens: { type: 'integer' },
  },
  effect: 'read',
  needs: [],
  toolset: 'core',
  run: async (input): Promise<Answer> => ({
    text: (budget) => `${input.text} within ${budget.tokens}`,
    data: () => ({ text: input.text }),
  }),
});

/** A tool that fails in a given way. */
function failing(error: unknown): AnyTool {
  return defineTool({
    name: 'kube_fail',
    title: 'Fail',
    description: 'Fails, for tests of the binding.',
    arguments: {},
    effect: 'read',
    needs: [],
    toolset: 'core',
    run: () => Promise.reject(error as Error),
  });
}

const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

async function connect(
  tools: readonly AnyTool[],
  options: { structured?: boolean; onDefect?: (error: unknown) => void } = {},
): Promise<Client> {
  const context = { session: newSession(), now: () => 0, cursorKey: Buffer.alloc(32) } as unknown as ToolContext;
  const server = serverFactory({ version: '1.2.3', tools, contextFor: (_, signal) => ({ ...context, signal }), ...options })(
    newSession(),
  );
  const client = new Client({ name: 'test', version: '0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  await client.connect(near);
  clients.push(client);
  return client;
}

describe('the protocol binding', () => {
  it('lists tools as read-only, with their schemas', async () => {
    const client = await connect([echo]);
    const { tools } = await client.listTools();
    expect(tools).toMatchObject([
      {
        name: 'kube_echo',
        title: 'Echo',
        annotations: { readOnlyHint: true },
        inputSchema: { type: 'object', required: ['text'] },
      },
    ]);
    expect(tools[0]).not.toHaveProperty('outputSchema');
  });

  it('answers in text alone, within the budget that was asked for', async () => {
    const client = await connect([echo]);
    expect(await client.callTool({ name: 'kube_echo', arguments: { text: 'hi', max_tokens: 500 } })).toEqual({
      content: [{ type: 'text', text: 'hi within 500' }],
    });
  });

  it('answers in data alone when asked, or when the operator wants it', async () => {
    const asked = await (await connect([echo])).callTool({ name: 'kube_echo', arguments: { text: 'hi', output: 'json' } });
    const always = await (await connect([echo], { structured: true })).callTool({ name: 'kube_echo', arguments: { text: 'hi' } });
    for (const result of [asked, always]) expect(result).toEqual({ content: [], structuredContent: { text: 'hi' } });
  });

  it('makes an answer of a wrong argument', async () => {
    const client = await connect([echo]);
    expect(await client.callTool({ name: 'kube_echo', arguments: { txt: 'hi' } })).toEqual({
      isError: true,
      content: [
        { type: 'text', text: 'kube_echo has no argument "txt"; did you mean "text"? Arguments: text, output, max_tokens.' },
      ],
    });
  });

  it('names the nearest tool', async () => {
    const client = await connect([echo]);
    await expect(client.callTool({ name: 'kube_ecko', arguments: {} })).rejects.toThrow(
      'No tool "kube_ecko"; did you mean "kube_echo"?',
    );
  });

  it.each([
    [new UsageError('No cluster.', { advice: 'Set KUBECONFIG.' }), 'No cluster.\nSet KUBECONFIG.'],
    [new KubernetesError('forbidden', 'Not allowed.'), 'Not allowed.'],
    [new KubernetesError('invalid', `bad \u001b[31m\u202ered${'x'.repeat(3000)}`), `bad red${'x'.repeat(981)}…`],
  ])('makes an answer of %s', async (error, text) => {
    const client = await connect([failing(error)]);
    expect(await client.callTool({ name: 'kube_fail', arguments: {} })).toEqual({
      isError: true,
      content: [{ type: 'text', text }],
    });
  });

  it('owns up to a defect and reports it', async () => {
    const defects: unknown[] = [];
    const client = await connect([failing(new TypeError('x is undefined'))], { onDefect: (error) => defects.push(error) });
    expect(await client.callTool({ name: 'kube_fail', arguments: {} })).toEqual({
      isError: true,
      content: [{ type: 'text', text: 'Something went wrong inside Fairlead: x is undefined. This is a defect of ours.' }],
    });
    expect(defects).toEqual([new TypeError('x is undefined')]);
  });

  it('aborts the call when the client cancels it', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const slow = defineTool({
      name: 'kube_slow',
      title: 'Slow',
      description: 'Waits until it is cancelled, for tests of the binding.',
      arguments: {},
      effect: 'read',
      needs: [],
      toolset: 'core',
      run: (_, { signal }) => {
        started.resolve(signal);
        return new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    });
    const client = await connect([slow]);
    const controller = new AbortController();
    const call = client.callTool({ name: 'kube_slow', arguments: {} }, { signal: controller.signal });
    const signal = await started.promise;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    controller.abort();
    await expect(call).rejects.toThrow();
    await aborted;
    expect(signal.aborted).toBe(true);
  });
});
