import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where we keep what outlives a process: `$XDG_STATE_HOME/fairlead`, or `~/.local/state/fairlead`. A relative or empty
 * variable is as good as none, as the XDG base directory specification has it.
 */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(home) ? home : join(homedir(), '.local', 'state'), 'fairlead');
}

const KEY_BYTES = 32;

/**
 * A secret key of this user, made with the first use, so that what one process signed another can check. Where the
 * folder cannot be written the key lives as long as the process.
 */
export function stateKey(name: string, folder: string = stateFolder()): Buffer {
  const file = join(folder, `${name}.key`);
  const known = readKey(file);
  if (known !== undefined) return known;
  const key = randomBytes(KEY_BYTES);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, key, { mode: 0o600, flag: 'wx' });
    try {
      publish(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch {
    // What cannot be kept is used all the same.
  }
  return readKey(file) ?? key;
}

/**
 * Gives a finished file its name. Two processes may come here together: the first one's file stays, and both use it.
 * A link appears with its contents, so that nobody ever reads half a key.
 */
function publish(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch {
    // Something is there that is no key, or the file system knows no links.
    if (readKey(file) === undefined) renameSync(draft, file);
  }
}

function readKey(file: string): Buffer | undefined {
  try {
    const key = readFileSync(file);
    return key.length === KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}
