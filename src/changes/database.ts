import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { FairleadError, messageOf, openDatabase, stateFolder, stateKey, systemClock, type Clock } from '../platform/index.ts';

/** How long plans and the journal's entries are kept, in milliseconds. */
const KEEP_PLANS = 24 * 3_600_000;
const KEEP_CHANGES = 90 * 24 * 3_600_000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS plans (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  view TEXT NOT NULL, sealed BLOB, change TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS changes (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER, seen_at INTEGER NOT NULL, owner TEXT NOT NULL,
  view TEXT NOT NULL, undone_by TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS steps (
  change TEXT NOT NULL REFERENCES changes (id) ON DELETE CASCADE, position INTEGER NOT NULL, state TEXT NOT NULL,
  cluster TEXT NOT NULL, namespace TEXT, kind TEXT NOT NULL, name TEXT NOT NULL,
  view TEXT NOT NULL, images TEXT, sealed BLOB,
  PRIMARY KEY (change, position)
) STRICT;
`;

export interface StoreOptions {
  /** Where plans and the journal are kept. @default the user's state folder */
  readonly folder?: string | undefined;
  /** 32 bytes. With it the journal keeps secret values, encrypted, so that changes of them can be undone. */
  readonly journalKey?: Buffer | undefined;
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** The file that plans and the journal are kept in; opened by its first use, and shared by all processes of the user. */
export interface ChangeStore {
  /** @throws FairleadError `no-journal` where it cannot be opened, `closed` once it was closed */
  database(): Promise<DatabaseSync>;
  /** What seals plans, for the ten minutes that they live. */
  readonly planKey: Buffer;
  readonly journalKey: Buffer | undefined;
  close(): void;
}

export function openChangeStore(options: StoreOptions = {}): ChangeStore {
  const { folder = stateFolder(), journalKey, clock = systemClock } = options;
  let opening: Promise<DatabaseSync> | undefined;
  let opened: DatabaseSync | undefined;
  let planKey: Buffer | undefined;
  let closed = false;
  const opens = async (): Promise<DatabaseSync> => {
    try {
      opened = await open(folder, clock.now());
    } catch (error) {
      opening = undefined;
      throw error;
    }
    // It was closed while it was opened.
    if (closed) opened.close();
    return opened;
  };
  return {
    database: async () => {
      if (closed) throw new FairleadError('closed', 'Plans and the journal are closed.');
      return (opening ??= opens());
    },
    get planKey() {
      return (planKey ??= stateKey('plans', folder));
    },
    journalKey,
    close: () => {
      if (!closed) opened?.close();
      closed = true;
    },
  };
}

/** @throws FairleadError (`no-journal`): nothing is changed that could not be told of afterwards */
async function open(folder: string, now: number): Promise<DatabaseSync> {
  const file = join(folder, 'changes.db');
  try {
    // What the journal says was sent has to be on the disk before it is sent.
    const database = await openDatabase(file, SCHEMA, 'FULL');
    forgetOld(database, now);
    return database;
  } catch (error) {
    throw new FairleadError('no-journal', `Plans and the journal cannot be kept in ${file}: ${messageOf(error)}.`, {
      advice: 'Changes need a folder that can be written: $XDG_STATE_HOME/fairlead, or ~/.local/state/fairlead.',
      cause: error,
    });
  }
}

/** Throws away what has been kept for long enough: of plans that have expired first what they would do. */
export function forgetOld(database: DatabaseSync, now: number): void {
  database.prepare('DELETE FROM plans WHERE expires_at < ?').run(now - KEEP_PLANS);
  database.prepare('UPDATE plans SET sealed = NULL WHERE expires_at < ? AND sealed IS NOT NULL').run(now);
  database.prepare('DELETE FROM changes WHERE started_at < ?').run(now - KEEP_CHANGES);
}

/** Runs `work` in one transaction, which no other process comes between. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
