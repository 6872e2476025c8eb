import type { DatabaseSync } from 'node:sqlite';

import type { KubernetesObject } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { forgetOld, inTransaction, type ChangeStore } from './database.ts';
import type { Plan, PlanState } from './plan.ts';
import { seal, unseal } from './seal.ts';
import type { Step } from './step.ts';

/** What a plan needs to be applied, and nobody needs to see: it may hold secret values, and is sealed. */
export interface PlanBody {
  readonly steps: readonly Step[];
  /** Of each step: what the object was when the diff was made; null where it was not there, or could not be asked for. */
  readonly fingerprints: readonly (string | null)[];
  /** Of each step: the object as it was then, redacted, to tell what changed since. */
  readonly bases: readonly (KubernetesObject | null)[];
  /** Of each step: conflicts are only with what we wrote ourselves in other ways, and may be taken over. */
  readonly takesOwn: readonly boolean[];
  readonly wait: boolean;
  readonly waitSeconds: number;
}

interface PlanRow {
  readonly state: PlanState;
  readonly expires_at: number;
  readonly view: string;
  readonly sealed: Uint8Array | null;
  readonly change: string | null;
}

/** States that end by the clock. */
const WAITING: ReadonlySet<PlanState> = new Set(['open', 'refused', 'blocked']);

/** Keeps a plan until it has expired, and throws away those that have: a server may run for months. */
export async function keepPlan(store: ChangeStore, plan: Plan, body: PlanBody): Promise<void> {
  const database = await store.database();
  forgetOld(database, Date.parse(plan.madeAt));
  const sealed = plan.state === 'open' ? seal(body, store.planKey, plan.id) : null;
  database
    .prepare('INSERT INTO plans (id, state, made_at, expires_at, view, sealed) VALUES (?, ?, ?, ?, ?, ?)')
    .run(plan.id, plan.state, Date.parse(plan.madeAt), Date.parse(plan.expiresAt), JSON.stringify(plan), sealed);
}

/** @throws UsageError (`unknown-plan`) */
export async function readPlan(store: ChangeStore, id: string, now: number): Promise<Plan> {
  return asPlan(await rowOf(store, id), now);
}

/** @throws UsageError (`unknown-plan`, `plan-expired`) where it is not there any more */
export async function readBody(store: ChangeStore, id: string): Promise<PlanBody> {
  const { sealed } = await rowOf(store, id);
  const body = sealed === null ? undefined : unseal(sealed, store.planKey, id);
  if (body !== undefined) return body as PlanBody;
  throw new UsageError(`What plan ${id} would do cannot be read any more.`, {
    code: 'plan-expired',
    advice: 'Make the plan anew.',
  });
}

/** Plans that wait for a word, newest first. */
export async function openPlans(store: ChangeStore, now: number): Promise<Plan[]> {
  const database = await store.database();
  const rows = database
    .prepare("SELECT * FROM plans WHERE state IN ('open', 'refused') AND expires_at > ? ORDER BY made_at DESC")
    .all(now) as unknown as PlanRow[];
  return rows.map((row) => asPlan(row, now));
}

/**
 * Takes a plan from one state to the next. Only one of all who try at the same time can succeed.
 * @returns whether it was in one of the states
 */
export async function movePlan(store: ChangeStore, id: string, from: readonly PlanState[], to: PlanState): Promise<boolean> {
  const database = await store.database();
  return inTransaction(database, () => shift(database, id, from, to));
}

/** The same inside a transaction of the caller's. */
export function shift(
  database: DatabaseSync,
  id: string,
  from: readonly PlanState[],
  to: PlanState,
  change: string | null = null,
): boolean {
  const row = database.prepare('SELECT state FROM plans WHERE id = ?').get(id) as { readonly state: PlanState } | undefined;
  if (row === undefined || !from.includes(row.state)) return false;
  // What was sealed has been taken out by then, and is of no more use.
  const ends = to === 'refused' ? '' : ', sealed = NULL';
  database.prepare(`UPDATE plans SET state = ?, change = coalesce(?, change)${ends} WHERE id = ?`).run(to, change, id);
  return true;
}

async function rowOf(store: ChangeStore, id: string): Promise<PlanRow> {
  const database = await store.database();
  const row = database.prepare('SELECT * FROM plans WHERE id = ?').get(id) as PlanRow | undefined;
  if (row !== undefined) return row;
  throw new UsageError(`There is no plan ${id.slice(0, 60)}.`, {
    code: 'unknown-plan',
    field: 'plan',
    advice: 'Plans live for ten minutes; make it anew.',
  });
}

function asPlan({ view, state, change, expires_at }: PlanRow, now: number): Plan {
  const expired = WAITING.has(state) && expires_at <= now;
  return { ...(JSON.parse(view) as Plan), state: expired ? 'expired' : state, ...(change !== null && { change }) };
}
