import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import type { CallToolResult, InputRequests } from '@modelcontextprotocol/server';

import { openDatabase, stateFolder, systemClock, type Clock } from '../../../platform/index.ts';

export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

/** What a status brings along: the answer of the call, a protocol error, or what the task asks for. */
export interface TaskDetails {
  readonly result?: CallToolResult;
  readonly error?: { readonly code: number; readonly message: string };
  readonly inputRequests?: InputRequests;
}

/** A call that goes on after its request was answered. */
export interface Task {
  readonly id: string;
  readonly status: TaskStatus;
  /** What it is at, in words. */
  readonly message: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly details: TaskDetails;
}

/** Milliseconds that a task can be asked for: longer than the longest call, and than an agent remembers it. */
export const KEPT_FOR = 2 * 3_600_000;

/** Milliseconds after which a process that has not said that it is still running a task counts as gone. */
export const SILENT_FOR = 60_000;

const GONE = { code: -32603, message: 'The server that ran this call has ended. It is not known how far it came.' } as const;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS tasks (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, runner TEXT NOT NULL, tool TEXT NOT NULL,
  status TEXT NOT NULL, message TEXT, details TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
`;

const UNDER_WAY = `status IN ('working', 'input_required')`;

interface TaskRow {
  readonly id: string;
  readonly runner: string;
  readonly status: TaskStatus;
  readonly message: string | null;
  readonly details: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly seen_at: number;
}

export interface TaskStoreOptions {
  /** @default the user's state folder */
  readonly folder?: string | undefined;
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/**
 * Tasks in a file of the user's, so that an answer outlives the process that found it. The file has the last word: what
 * another process has ended there, its runner gives up.
 */
export class TaskStore {
  #runnerId: string | undefined;
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'now'>;
  #opening: Promise<DatabaseSync> | undefined;

  constructor({ folder = stateFolder(), clock = systemClock }: TaskStoreOptions = {}) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Tells this process from all others that use the file. */
  get #runner(): string {
    return (this.#runnerId ??= randomUUID());
  }

  /** Keeps a new task, which this process runs. @throws when nothing can be written */
  async add(owner: string, tool: string): Promise<Task> {
    const database = await this.#open();
    const id = randomUUID();
    const now = this.#clock.now();
    database.prepare('DELETE FROM tasks WHERE created_at < ?').run(now - KEPT_FOR);
    database
      .prepare(`INSERT INTO tasks VALUES (?, ?, ?, ?, 'working', NULL, '{}', ?, ?, ?)`)
      .run(id, owner, this.#runner, tool, now, now, now);
    return { id, status: 'working', message: undefined, createdAt: now, updatedAt: now, details: {} };
  }

  /** Undefined for one that never was, has expired, or is somebody else's. */
  async get(id: string, owner: string): Promise<Task | undefined> {
    const database = await this.#open();
    const now = this.#clock.now();
    const find = database.prepare('SELECT * FROM tasks WHERE id = ? AND owner = ? AND created_at >= ?');
    const read = (): TaskRow | undefined => find.get(id, owner, now - KEPT_FOR) as TaskRow | undefined;
    const row = read();
    if (row === undefined || row.runner === this.#runner || now - row.seen_at < SILENT_FOR) return row && taskOf(row);
    await this.end(id, 'failed', { error: GONE });
    const ended = read();
    return ended && taskOf(ended);
  }

  /** Says what a task is at, as long as it is under way. */
  async say(id: string, message: string): Promise<void> {
    const database = await this.#open();
    const now = this.#clock.now();
    database.prepare(`UPDATE tasks SET message = ?, updated_at = ? WHERE id = ? AND ${UNDER_WAY}`).run(message, now, id);
  }

  /** Moves a task to another status, unless it has ended. */
  async move(id: string, status: 'working' | 'input_required', details: TaskDetails = {}): Promise<void> {
    await this.#set(id, status, details);
  }

  /** Ends a task, unless it has ended. */
  async end(id: string, status: 'completed' | 'failed' | 'cancelled', details: TaskDetails = {}): Promise<void> {
    await this.#set(id, status, details);
  }

  /** Says that this process is still running its tasks. @returns those that are still to be run */
  async beat(): Promise<ReadonlySet<string>> {
    const database = await this.#open();
    const now = this.#clock.now();
    const rows = database
      .prepare(`UPDATE tasks SET seen_at = ? WHERE runner = ? AND created_at >= ? AND ${UNDER_WAY} RETURNING id`)
      .all(now, this.#runner, now - KEPT_FOR);
    return new Set(rows.map((row) => String(row['id'])));
  }

  async close(): Promise<void> {
    const database = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    database?.close();
  }

  async #set(id: string, status: TaskStatus, details: TaskDetails): Promise<void> {
    const database = await this.#open();
    database
      .prepare(`UPDATE tasks SET status = ?, details = ?, updated_at = ? WHERE id = ? AND ${UNDER_WAY}`)
      .run(status, JSON.stringify(details), this.#clock.now(), id);
  }

  #open(): Promise<DatabaseSync> {
    return (this.#opening ??= openDatabase(join(this.#folder, 'tasks.db'), SCHEMA, 'NORMAL').catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    }));
  }
}

function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    status: row.status,
    message: row.message ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    details: JSON.parse(row.details) as TaskDetails,
  };
}
