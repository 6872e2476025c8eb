import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openDatabase } from './database.ts';

const SCHEMA = 'CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL)';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is made for its user alone, and keeps what was written', async () => {
  const file = join(folder, 'deep', 'notes.db');
  const first = await openDatabase(file, SCHEMA, 'FULL');
  first.exec("INSERT INTO notes VALUES ('kept')");
  first.close();
  expect([file, join(folder, 'deep')].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700]);
  const again = await openDatabase(file, SCHEMA, 'NORMAL');
  expect(
    again
      .prepare('SELECT text FROM notes')
      .all()
      .map(({ text }) => text),
  ).toEqual(['kept']);
  again.close();
});

it('may be open in several places at the same time', async () => {
  const file = join(folder, 'notes.db');
  const [one, other] = [await openDatabase(file, SCHEMA, 'NORMAL'), await openDatabase(file, SCHEMA, 'NORMAL')];
  one.exec("INSERT INTO notes VALUES ('one')");
  other.exec("INSERT INTO notes VALUES ('other')");
  expect(one.prepare('SELECT count(*) AS notes FROM notes').get()?.['notes']).toBe(2);
  one.close();
  other.close();
});

it('leaves no trace of what was deleted', async () => {
  const database = await openDatabase(join(folder, 'notes.db'), SCHEMA, 'NORMAL');
  expect(database.prepare('PRAGMA secure_delete').get()).toEqual({ secure_delete: 1 });
  database.close();
});

it.runIf(process.platform === 'linux')('a file that is no database is refused, and let go', async () => {
  const file = join(folder, 'notes.db');
  writeFileSync(file, 'no database, but long enough to be looked at as one'.repeat(20));
  await expect(openDatabase(file, SCHEMA, 'NORMAL')).rejects.toThrow('file is not a database');
  const open = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd));
    } catch {
      // The one of this very look.
      return '';
    }
  });
  expect(open.filter((path) => path.startsWith(folder))).toEqual([]);
});
