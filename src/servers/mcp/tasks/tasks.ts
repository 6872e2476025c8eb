import {
  isInputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
  type InputRequiredResult,
} from '@modelcontextprotocol/server';

import { messageOf } from '../../../platform/index.ts';
import type { Exchange } from '../offer.ts';
import { createdTask, ownerOf } from './protocol.ts';
import { Run } from './run.ts';
import { TaskStore, type Task, type TaskStoreOptions } from './store.ts';

type Answer = CallToolResult | InputRequiredResult;

/** What answers a call, asked again with what a person said for as long as it asks. */
export type Work = (exchange: Exchange) => Promise<Answer>;

/** Milliseconds in which a call is simply answered; only what takes longer is worth the polling. */
const PATIENCE = 500;

/** Tasks under way in this process; a call beyond them is answered when it is done. */
const MOST = 100;

/** Milliseconds between two signs of life. */
const BEAT = 10_000;

export interface TasksOptions extends TaskStoreOptions {
  /** Told of what could not be kept. */
  readonly onProblem?: (error: unknown) => void;
}

/** Calls that go on as tasks (SEP-2663): created when they take long, kept in a file, asked for, answered and cancelled. */
export class Tasks {
  readonly #store: TaskStore;
  readonly #onProblem: (error: unknown) => void;
  /** By the id of their task. */
  readonly #runs = new Map<string, Run>();
  #beating: NodeJS.Timeout | undefined;

  constructor({ onProblem = () => undefined, ...options }: TasksOptions = {}) {
    this.#store = new TaskStore(options);
    this.#onProblem = onProblem;
  }

  /** Answers a call: with what it came to if that is soon, else with a task. Where none can be kept, it waits. */
  async answer(tool: string, exchange: Exchange, work: Work): Promise<Answer> {
    const run = new Run(exchange);
    const outcome = work(run.exchange);
    const soon = await Promise.race([outcome, after(PATIENCE)]);
    if (soon !== undefined) return soon;
    const task = this.#runs.size < MOST ? await this.#add(ownerOf(exchange.request), tool) : undefined;
    if (task === undefined) return outcome;
    if (run.signal.aborted) {
      await this.#store.end(task.id, 'cancelled');
      return outcome;
    }
    this.#adopt(task.id, run, outcome, work);
    return createdTask(task);
  }

  /** @throws ProtocolError (invalid params) for a task that is not there, or somebody else's */
  async get(id: string, owner: string): Promise<Task> {
    const task = await this.#store.get(id, owner);
    if (task !== undefined) return task;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'No such task: it has expired, or never was.', { taskId: id });
  }

  /** Hands a task the answers to what it asks. @throws as `get` */
  async update(id: string, owner: string, responses: Readonly<Record<string, unknown>>): Promise<void> {
    const { status, details } = await this.get(id, owner);
    const run = this.#runs.get(id);
    if (status !== 'input_required' || run === undefined) return;
    const left = run.take(responses);
    const inputRequests = Object.fromEntries(Object.entries(details.inputRequests ?? {}).filter(([key]) => left.has(key)));
    if (left.size > 0) return this.#store.move(id, 'input_required', { inputRequests });
    // Before it goes on, since it may ask again at once.
    await this.#store.move(id, 'working');
    run.resume();
  }

  /** Ends a task that is under way; one that has ended stays as it is. @throws as `get` */
  async cancel(id: string, owner: string): Promise<void> {
    await this.get(id, owner);
    await this.#store.end(id, 'cancelled');
    this.#runs.get(id)?.abort(new Error('The task was cancelled.'));
  }

  /** Gives up what is under way, and says so in the file. */
  async close(): Promise<void> {
    clearInterval(this.#beating);
    for (const [id, run] of this.#runs) {
      const error = { code: ProtocolErrorCode.InternalError, message: 'The server has ended before the call.' };
      await this.#store.end(id, 'failed', { error }).catch(this.#onProblem);
      run.abort(new Error('The server ends.'));
    }
    this.#runs.clear();
    await this.#store.close();
  }

  async #add(owner: string, tool: string): Promise<Task | undefined> {
    try {
      return await this.#store.add(owner, tool);
    } catch (error) {
      this.#onProblem(error);
      return undefined;
    }
  }

  #adopt(id: string, run: Run, outcome: Promise<Answer>, work: Work): void {
    this.#runs.set(id, run);
    this.#beating ??= setInterval(() => void this.#beat().catch(this.#onProblem), BEAT).unref();
    run.detach((message) => void this.#store.say(id, message).catch(this.#onProblem));
    void this.#follow(id, run, outcome, work).catch(this.#onProblem);
  }

  async #follow(id: string, run: Run, first: Promise<Answer>, work: Work): Promise<void> {
    try {
      let answer = await first;
      while (isInputRequiredResult(answer)) {
        await this.#store.move(id, 'input_required', { inputRequests: run.ask(answer) });
        answer = await work(await run.answered(answer));
      }
      await this.#store.end(id, 'completed', { result: answer });
    } catch (error) {
      // Who aborted it has said in the file what became of it.
      if (run.signal.aborted) return;
      const code = error instanceof ProtocolError ? error.code : ProtocolErrorCode.InternalError;
      await this.#store.end(id, 'failed', { error: { code, message: messageOf(error) } });
    } finally {
      this.#runs.delete(id);
      if (this.#runs.size === 0) {
        clearInterval(this.#beating);
        this.#beating = undefined;
      }
    }
  }

  /** Says that the tasks are still run, and gives up those that were ended elsewhere or have expired. */
  async #beat(): Promise<void> {
    const alive = await this.#store.beat();
    for (const [id, run] of this.#runs) {
      if (!alive.has(id)) run.abort(new Error('The task was ended.'));
    }
  }
}

async function after(milliseconds: number): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  setTimeout(() => resolve(undefined), milliseconds).unref();
  return promise;
}
