import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/**
 * Opens a database that several processes of the user may write to, and that nobody else can read. The folder and the
 * tables are made when they are missing.
 * @param synchronous FULL where what was written must be on the disk before what follows
 * @throws what the file system or SQLite says
 */
export async function openDatabase(file: string, schema: string, synchronous: 'FULL' | 'NORMAL'): Promise<DatabaseSync> {
  // Loaded with the first use: most processes keep nothing.
  const { DatabaseSync } = await import('node:sqlite');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    // Others may be writing; and what was deleted must not be left over in the free pages of the file.
    database.exec(`PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
    database.exec(`PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; ${schema}`);
    return database;
  } catch (error) {
    // Callers come again, and each time would leave an open file.
    database.close();
    throw error;
  }
}
