import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where tests, and what they start, put what they need for a while: it goes with the run, however they end. The cluster
 * outlives the run, and is started by a process that does not have this environment.
 */
const temporary = mkdtempSync(join(tmpdir(), 'fairlead-test-'));
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));

/** Of the processes that run tests. Keys, plans and the journal in it are not those of whoever runs them. */
export const environment: Readonly<Record<string, string>> = {
  TMPDIR: temporary,
  TEMP: temporary,
  TMP: temporary,
  XDG_STATE_HOME: join(temporary, 'state'),
};
