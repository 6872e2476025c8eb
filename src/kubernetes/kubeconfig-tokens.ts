import { chmod, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { systemCode } from '../platform/index.ts';
import type { TokenStore } from './credentials/user.ts';
import { parseContents } from './kubeconfig-contents.ts';
import { decodeDocument, readKubeconfigFile } from './kubeconfig-file.ts';

type Config = Readonly<Record<string, string>>;

/** Tokens of any provider; nothing in YAML or JSON needs escaping in them, and none is so short that it may be a word. */
const REPLACEABLE = /^[\w.~+/=-]{16,}$/;

/**
 * The tokens of a user's auth-provider where kubectl keeps them: in the kubeconfig. What is replaced is the text of the
 * tokens alone, so that comments, order and layout stay as they are.
 */
export function kubeconfigTokens(file: string, user: string): TokenStore {
  return {
    read: async () => {
      try {
        const found = await readKubeconfigFile(file);
        return found.kind === 'document' ? configOf(found.document, file, user) : undefined;
      } catch {
        // Somebody is writing it just now, or has broken it: what is known stays.
        return undefined;
      }
    },
    replace: async (before, after) => {
      try {
        // A link stays a link.
        const path = await realpath(file);
        return await underLock(file, async () => replaceIn(path, user, before, after));
      } catch {
        // Read-only, somebody else's, or changed in the meantime: the tokens live on in memory.
        return false;
      }
    },
  };
}

function configOf(document: unknown, file: string, user: string): Config | undefined {
  return parseContents(document, file).users.get(user)?.authProvider?.config;
}

async function replaceIn(path: string, user: string, before: Config, after: Config): Promise<boolean> {
  const { mode, uid } = await stat(path);
  // A file that is made anew would be ours.
  if (process.getuid !== undefined && uid !== process.getuid()) return false;
  const text = await readFile(path, 'utf8');
  const pairs = Object.entries(after).flatMap(([key, value]) => {
    const old = before[key];
    return old === undefined || old === value ? [] : [{ key, old, value }];
  });
  if (pairs.some(({ old, value }) => !REPLACEABLE.test(old) || !REPLACEABLE.test(value) || !text.includes(old))) return false;
  const exchange = (whole: string): string => pairs.reduce((rest, { old, value }) => rest.replaceAll(old, () => value), whole);
  const changed = exchange(text);

  // It must mean the same as before in everything but these values, and hold them where they belong.
  const [was, is] = [await decodeDocument(text, path), await decodeDocument(changed, path)];
  const config = configOf(is, path, user);
  if (JSON.stringify(is) !== exchange(JSON.stringify(was))) return false;
  if (!pairs.every(({ key, value }) => config?.[key] === value)) return false;

  const draft = `${path}.${process.pid}.new`;
  try {
    await writeFile(draft, changed, { mode: 0o600, flag: 'wx' });
    await chmod(draft, mode & 0o777);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return true;
}

/** The lock that kubectl takes before it writes a kubeconfig: a file beside it that must not exist yet. */
async function underLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const lock = `${file}.lock`;
  for (let attempt = 1; ; attempt++) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (error) {
      // Kubectl holds it for milliseconds; one that stays was left behind, and is not ours to remove.
      if (systemCode(error) !== 'EEXIST' || attempt === 10) throw error;
      await sleep(50);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
