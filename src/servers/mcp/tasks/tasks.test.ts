import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inputRequired, ProtocolError, type CallToolResult, type ServerContext } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { failure } from '../../../../test/support/wire.ts';
import { progressReporter } from '../progress.ts';
import type { Exchange } from '../offer.ts';
import { detailedTask } from './protocol.ts';
import { KEPT_FOR, SILENT_FOR } from './store.ts';
import { Tasks, type Work } from './tasks.ts';

const OWNER = 'local';

let folder: string;
const open: Tasks[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval'] });
  folder = await mkdtemp(join(tmpdir(), 'fairlead-tasks-'));
});
afterEach(async () => {
  for (const tasks of open.splice(0)) await tasks.close();
  await rm(folder, { recursive: true });
  vi.useRealTimers();
});

/** A process of its own over the same file, unless told otherwise. */
function tasksOf(options: ConstructorParameters<typeof Tasks>[0] = {}): Tasks {
  const tasks = new Tasks({ folder, ...options });
  open.push(tasks);
  return tasks;
}

interface Client {
  readonly exchange: Exchange;
  /** The client hangs up. */
  readonly leave: AbortController;
  readonly notified: unknown[];
}

function client(): Client {
  const leave = new AbortController();
  const notified: unknown[] = [];
  const mcpReq = {
    signal: leave.signal,
    notify: async (notification: unknown) => void notified.push(notification),
    requestState: () => undefined,
  };
  const request = { mcpReq } as unknown as ServerContext;
  return { exchange: { request, log: () => undefined } as unknown as Exchange, leave, notified };
}

const said = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] });

/** Work that ends when it is told to. */
function slow() {
  const { promise, resolve, reject } = Promise.withResolvers<CallToolResult>();
  let seen: Exchange | undefined;
  const work: Work = async (exchange) => {
    seen = exchange;
    exchange.request.mcpReq.signal.addEventListener('abort', () => reject(exchange.request.mcpReq.signal.reason));
    return promise;
  };
  return {
    work,
    resolve,
    reject,
    signal: () => seen?.request.mcpReq.signal,
    report: (message: string) =>
      seen?.request.mcpReq.notify({ method: 'notifications/progress', params: { progressToken: 'task', progress: 1, message } }),
  };
}

/** Has a call answered with a task. */
async function begin(tasks: Tasks, work: Work, exchange = client().exchange): Promise<string> {
  const answering = tasks.answer('kube_wait', exchange, work);
  await vi.advanceTimersByTimeAsync(500);
  const answer = await answering;
  expect(answer).toMatchObject({ resultType: 'task', status: 'working', content: [] });
  return String((answer as Readonly<Record<string, unknown>>)['taskId']);
}

/** The task, as soon as its status is this one. */
async function reaches(tasks: Tasks, id: string, status: string) {
  return vi.waitFor(async () => {
    const task = await tasks.get(id, OWNER);
    expect(task.status).toBe(status);
    return task;
  });
}

describe('a call that may take long', () => {
  it('is simply answered when it ends soon', async () => {
    expect(await tasksOf().answer('kube_wait', client().exchange, async () => said('done'))).toEqual(said('done'));
  });

  it('fails as it would without tasks when it fails soon', async () => {
    const failing = tasksOf().answer('kube_wait', client().exchange, () => Promise.reject(new Error('no')));
    expect(await failure(failing)).toEqual(new Error('no'));
  });

  it('goes on as a task, whose answer is there when it has ended', async () => {
    const tasks = tasksOf();
    const { work, resolve } = slow();
    const id = await begin(tasks, work);
    resolve({ ...said('not met'), isError: true });
    expect(detailedTask(await reaches(tasks, id, 'completed'))).toMatchObject({
      taskId: id,
      ttlMs: KEPT_FOR,
      result: { resultType: 'complete', isError: true, content: [{ type: 'text', text: 'not met' }] },
    });
  });

  it('ends with its client as long as that waits, and not afterwards', async () => {
    const tasks = tasksOf();
    const waiting = client();
    const call = slow();
    const answering = failure(tasks.answer('kube_wait', waiting.exchange, call.work));
    waiting.leave.abort(new Error('hung up'));
    expect(await answering).toEqual(new Error('hung up'));
    const gone = client();
    const other = slow();
    await begin(tasks, other.work, gone.exchange);
    gone.leave.abort(new Error('hung up'));
    expect(other.signal()?.aborted).toBe(false);
  });

  it('tells its progress in the status of the task, also to who has not asked for any', async () => {
    const tasks = tasksOf();
    const { exchange, notified } = client();
    const call = slow();
    const work: Work = async (seen) => {
      expect(progressReporter(seen.request)).toBeDefined();
      return call.work(seen);
    };
    const answering = tasks.answer('kube_wait', exchange, work);
    await call.report('1 of 3 ready');
    await vi.advanceTimersByTimeAsync(500);
    const id = String(((await answering) as Readonly<Record<string, unknown>>)['taskId']);
    const reaches = (message: string) => vi.waitFor(async () => expect((await tasks.get(id, OWNER)).message).toBe(message));
    await reaches('1 of 3 ready');
    await call.report('2 of 3 ready');
    await reaches('2 of 3 ready');
    expect(notified).toEqual([]);
  });

  it('ends as failed only by an error of the protocol', async () => {
    const tasks = tasksOf();
    const call = slow();
    const id = await begin(tasks, call.work);
    call.reject(new ProtocolError(-32602, 'state too old'));
    const task = detailedTask(await reaches(tasks, id, 'failed'));
    expect(task).toMatchObject({ error: { code: -32602, message: 'state too old' } });
    expect(task).not.toHaveProperty('result');
  });

  it('waits for its answer where no task can be kept', async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    const onProblem = vi.fn();
    const call = slow();
    const answering = tasksOf({ folder: file, onProblem }).answer('kube_wait', client().exchange, call.work);
    await vi.advanceTimersByTimeAsync(500);
    await vi.waitFor(() => expect(onProblem).toHaveBeenCalledOnce());
    call.resolve(said('late'));
    expect(await answering).toEqual(said('late'));
  });
});

describe('a task', () => {
  it('is cancelled once, and stays so whatever its call comes to', async () => {
    const tasks = tasksOf();
    const call = slow();
    const id = await begin(tasks, call.work);
    await tasks.cancel(id, OWNER);
    expect(call.signal()?.aborted).toBe(true);
    await tasks.cancel(id, OWNER);
    expect(await tasks.get(id, OWNER)).toMatchObject({ status: 'cancelled', details: {} });
  });

  it('is cancelled from another process, and ends with the next sign of life', async () => {
    const call = slow();
    const id = await begin(tasksOf(), call.work);
    await tasksOf().cancel(id, OWNER);
    await vi.advanceTimersByTimeAsync(10_000);
    await vi.waitFor(() => expect(call.signal()?.aborted).toBe(true));
  });

  it('is shown to its owner alone, whatever is asked of it', async () => {
    const tasks = tasksOf();
    const id = await begin(tasks, slow().work);
    for (const asking of [tasks.get(id, 'mallory'), tasks.cancel(id, 'mallory'), tasks.update(id, 'mallory', {})]) {
      expect(await failure(asking)).toMatchObject({ code: -32602 });
    }
    expect(await failure(tasks.get('no-such-task', OWNER))).toMatchObject({ code: -32602 });
    expect(await tasks.get(id, OWNER)).toMatchObject({ status: 'working' });
  });

  it('keeps its answer when the process has ended', async () => {
    const before = tasksOf();
    const call = slow();
    const id = await begin(before, call.work);
    call.resolve(said('done'));
    await reaches(before, id, 'completed');
    await before.close();
    expect(await tasksOf().get(id, OWNER)).toMatchObject({ status: 'completed', details: { result: said('done') } });
  });

  it('has failed when the server has ended before it', async () => {
    const before = tasksOf();
    const call = slow();
    const id = await begin(before, call.work);
    await before.close();
    expect(call.signal()?.aborted).toBe(true);
    expect(await tasksOf().get(id, OWNER)).toMatchObject({ status: 'failed', details: { error: { code: -32603 } } });
  });

  it('has failed when its process is silent for long, and not before', async () => {
    let now = 1_000_000;
    const clock = { now: () => now };
    const id = await begin(tasksOf({ clock }), slow().work);
    const other = tasksOf({ clock });
    now += SILENT_FOR - 1;
    expect(await other.get(id, OWNER)).toMatchObject({ status: 'working' });
    now += 1;
    expect(await other.get(id, OWNER)).toMatchObject({ status: 'failed', details: { error: { code: -32603 } } });
  });

  it('is forgotten when its time is over, and its call is given up', async () => {
    let now = 1_000_000;
    const tasks = tasksOf({ clock: { now: () => now } });
    const call = slow();
    const id = await begin(tasks, call.work);
    now += KEPT_FOR;
    expect(await tasks.get(id, OWNER)).toMatchObject({ status: 'working' });
    now += 1;
    expect(await failure(tasks.get(id, OWNER))).toMatchObject({ code: -32602 });
    await vi.advanceTimersByTimeAsync(10_000);
    await vi.waitFor(() => expect(call.signal()?.aborted).toBe(true));
  });
});

describe('a task that asks', () => {
  const form = { message: 'Which?', requestedSchema: { type: 'object' as const, properties: {} } };
  const ask = (...keys: readonly string[]) =>
    inputRequired({
      inputRequests: Object.fromEntries(keys.map((key) => [key, inputRequired.elicit(form)])),
      requestState: keys.join(),
    });
  const accept = { action: 'accept', content: {} };

  /** Asks for two things, then for one of them again, then tells what it was given. */
  function asking(): { readonly work: Work; readonly go: () => void; readonly given: unknown[] } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const given: unknown[] = [];
    const work: Work = async ({ request: { mcpReq } }) => {
      await promise;
      if (mcpReq.inputResponses === undefined) return ask('a', 'b');
      given.push({ state: mcpReq.requestState(), keys: Object.keys(mcpReq.inputResponses).toSorted() });
      return given.length === 1 ? ask('a') : said('enough');
    };
    return { work, go: resolve, given };
  }

  it('goes on when everything is answered, however many updates that takes, and may ask again', async () => {
    const tasks = tasksOf();
    const { work, go, given } = asking();
    const id = await begin(tasks, work);
    go();
    const first = await reaches(tasks, id, 'input_required');
    const [a = '', b = ''] = Object.keys(first.details.inputRequests ?? {});
    await tasks.update(id, OWNER, { [a]: accept, unknown: accept });
    expect(Object.keys((await tasks.get(id, OWNER)).details.inputRequests ?? {})).toEqual([b]);
    await tasks.update(id, OWNER, { [b]: accept });
    const second = await reaches(tasks, id, 'input_required');
    const [again = ''] = Object.keys(second.details.inputRequests ?? {});
    expect([a, b]).not.toContain(again);
    await tasks.update(id, OWNER, { [again]: accept });
    await reaches(tasks, id, 'completed');
    expect(given).toEqual([
      { state: 'a,b', keys: ['a', 'b'] },
      { state: 'a', keys: ['a'] },
    ]);
  });

  it('can be cancelled while it waits for an answer, and takes none afterwards', async () => {
    const tasks = tasksOf();
    const { work, go, given } = asking();
    const id = await begin(tasks, work);
    go();
    const { details } = await reaches(tasks, id, 'input_required');
    await tasks.cancel(id, OWNER);
    await tasks.update(id, OWNER, Object.fromEntries(Object.keys(details.inputRequests ?? {}).map((key) => [key, accept])));
    expect(await tasks.get(id, OWNER)).toMatchObject({ status: 'cancelled', details: {} });
    expect(given).toEqual([]);
  });
});
