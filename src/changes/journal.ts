import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';

import type { KubernetesObject } from '../kubernetes/index.ts';
import { systemCode, UsageError } from '../platform/index.ts';
import { newId } from './canonical.ts';
import type { Change, ChangedStep, ChangeState, StepState } from './change.ts';
import type { ChangesQuery } from './changes.ts';
import { inTransaction, type ChangeStore } from './database.ts';
import { shift } from './plan-store.ts';
import type { PlanState } from './plan.ts';
import { seal, unseal } from './seal.ts';

/** What an object was before and after a step. What is hidden in them is there only where a key seals it. */
export interface Images {
  readonly before?: KubernetesObject | undefined;
  readonly after?: KubernetesObject | undefined;
}

/** The same as they are written down. */
export interface StepImages extends Images {
  /** One of them holds values that are hidden from everybody. */
  readonly hidden: boolean;
}

/** What is known of a change when it begins. */
export type ChangeStart = Omit<Change, 'id' | 'state' | 'startedAt' | 'endedAt' | 'steps' | 'undoneBy'>;

/** A change that says nothing for so long has no process any more, in milliseconds. */
const SILENT_FOR = 30_000;
const HEARTBEAT = 5_000;

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly instance: string;
}

let self: Owner | undefined;

/** One of this process, so that a process that has got our number is none. */
function ownSelf(): Owner {
  return (self ??= { host: hostname(), pid: process.pid, instance: newId('change') });
}

interface ChangeRow {
  readonly id: string;
  readonly state: ChangeState;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly seen_at: number;
  readonly owner: string;
  readonly view: string;
  readonly undone_by: string | null;
}

interface StepRow {
  readonly state: StepState;
  readonly view: string;
}

interface ImageRow {
  readonly images: string | null;
  readonly sealed: Uint8Array | null;
}

/** The entry of a change that is under way. Each call is on the disk when it returns. */
export interface Entry {
  readonly id: string;
  step(position: number, state: StepState, step: ChangedStep, images: StepImages): void;
  /** Says more of a step that is over; what its object was and became stays as it is written. */
  amend(position: number, step: ChangedStep): void;
  end(state: 'applied' | 'failed'): void;
}

/**
 * Takes a plan that waits for a word and begins its entry, all steps waiting: both or neither, so that no plan is applied
 * twice, and the journal knows of the change from here on, whatever happens to the process.
 * @returns undefined when somebody else has taken the plan
 */
export async function beginChange(
  store: ChangeStore,
  start: ChangeStart,
  steps: readonly ChangedStep[],
  now: () => number,
): Promise<Entry | undefined> {
  const database = await store.database();
  const id = newId('change');
  const taken = inTransaction(database, () => {
    if (!shift(database, start.plan, takenBy(start.word), 'applying', id)) return false;
    database
      .prepare('INSERT INTO changes (id, state, started_at, seen_at, owner, view) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, 'applying', now(), now(), JSON.stringify(ownSelf()), JSON.stringify(start));
    const insert = database.prepare(
      'INSERT INTO steps (change, position, state, cluster, namespace, kind, name, view) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    for (const [position, step] of steps.entries()) {
      const { cluster, namespace = null, kind, name } = step.subject;
      insert.run(id, position, step.state, cluster, namespace, kind, name, JSON.stringify(step));
    }
    return true;
  });
  if (!taken) return undefined;
  const beat = setInterval(() => {
    try {
      database.prepare('UPDATE changes SET seen_at = ? WHERE id = ?').run(now(), id);
    } catch {
      // The file was closed, is locked, or has no room: the next sign of life may get through, and a step would say so.
    }
  }, HEARTBEAT).unref();
  return {
    id,
    step(position, state, step, { hidden, ...images }) {
      const key = hidden ? store.journalKey : undefined;
      database
        .prepare('UPDATE steps SET state = ?, name = ?, view = ?, images = ?, sealed = ? WHERE change = ? AND position = ?')
        .run(
          state,
          step.subject.name,
          JSON.stringify(step),
          key === undefined ? JSON.stringify(images) : null,
          key === undefined ? null : seal(images, key, purposeOf(id, position)),
          id,
          position,
        );
    },
    amend(position, step) {
      database.prepare('UPDATE steps SET view = ? WHERE change = ? AND position = ?').run(JSON.stringify(step), id, position);
    },
    end(state) {
      clearInterval(beat);
      inTransaction(database, () => {
        database.prepare('UPDATE changes SET state = ?, ended_at = ?, seen_at = ? WHERE id = ?').run(state, now(), now(), id);
        shift(database, start.plan, ['applying'], state);
        if (start.undoes !== undefined && state === 'applied')
          database.prepare('UPDATE changes SET undone_by = ? WHERE id = ?').run(id, start.undoes);
      });
    },
  };
}

/** The states in which a plan can be taken: one that was turned down, also in the last moment, by a person alone. */
function takenBy(word: Change['word']): readonly PlanState[] {
  return word === 'person' ? ['open', 'refused'] : ['open'];
}

/** @throws UsageError (`unknown-change`) */
export async function readChange(store: ChangeStore, id: string, now: number): Promise<Change> {
  const database = await store.database();
  const row = database.prepare('SELECT * FROM changes WHERE id = ?').get(id) as ChangeRow | undefined;
  if (row !== undefined) return asChange(row, stepRows(database, id), now);
  throw new UsageError(`There is no change ${id.slice(0, 60)} in the journal.`, { code: 'unknown-change', field: 'change' });
}

/** Newest first. */
export async function listChanges(store: ChangeStore, query: ChangesQuery, now: number): Promise<Change[]> {
  const database = await store.database();
  const { cluster = null, namespace = null, kind = null, name = null, before = null, limit = 20 } = query;
  const rows = database
    .prepare(
      `SELECT * FROM changes WHERE
        (:before IS NULL OR number < (SELECT number FROM changes WHERE id = :before)) AND
        EXISTS (SELECT 1 FROM steps WHERE change = id AND (:cluster IS NULL OR cluster = :cluster) AND
          (:namespace IS NULL OR namespace = :namespace) AND (:kind IS NULL OR lower(kind) = lower(:kind)) AND
          (:name IS NULL OR name = :name))
       ORDER BY number DESC LIMIT :limit`,
    )
    .all({ cluster, namespace, kind, name, before, limit }) as unknown as ChangeRow[];
  return rows.map((row) => asChange(row, stepRows(database, row.id), now));
}

/** The images of each step of a change, as they can be had: what a missing key hides is redacted. */
export async function readImages(store: ChangeStore, id: string): Promise<Images[]> {
  const database = await store.database();
  const rows = database.prepare('SELECT images, sealed FROM steps WHERE change = ? ORDER BY position').all(id);
  return (rows as unknown as ImageRow[]).map(({ images, sealed }, position) => {
    if (sealed === null) return images === null ? {} : (JSON.parse(images) as Images);
    const key = store.journalKey;
    const opened = key === undefined ? undefined : unseal(sealed, key, purposeOf(id, position));
    if (opened !== undefined) return opened as Images;
    throw new UsageError(`The values that change ${id} holds were encrypted, and the key is missing or another one.`, {
      code: 'not-undoable',
      advice: 'Start with the key that the journal had when the change was made.',
    });
  });
}

/** Without the images, which are many times as large. */
function stepRows(database: DatabaseSync, id: string): StepRow[] {
  return database.prepare('SELECT state, view FROM steps WHERE change = ? ORDER BY position').all(id) as unknown as StepRow[];
}

function asChange(row: ChangeRow, steps: readonly StepRow[], now: number): Change {
  return {
    ...(JSON.parse(row.view) as ChangeStart),
    id: row.id,
    state: row.state === 'applying' && !isUnderWay(row, now) ? 'interrupted' : row.state,
    startedAt: new Date(row.started_at).toISOString(),
    ...(row.ended_at !== null && { endedAt: new Date(row.ended_at).toISOString() }),
    steps: steps.map(({ view, state }) => ({ ...(JSON.parse(view) as ChangedStep), state })),
    ...(row.undone_by !== null && { undoneBy: row.undone_by }),
  };
}

/** Is the process still there that began the change? On another machine only its silence tells. */
function isUnderWay({ owner, seen_at }: ChangeRow, now: number): boolean {
  const { host, pid, instance } = JSON.parse(owner) as Owner;
  const own = ownSelf();
  if (host === own.host && pid === own.pid) return instance === own.instance;
  if (host === own.host && isGone(pid)) return false;
  return now - seen_at < SILENT_FOR;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

function purposeOf(change: string, position: number): string {
  return `${change}/${position}`;
}
