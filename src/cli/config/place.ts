import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import { systemCode } from '../../platform/index.ts';

/**
 * Which file to read: `--config`, else `FAIRLEAD_CONFIG`, else `fairlead/fairlead.yaml` among the configuration of this
 * user, if it is there. Never one in the working directory: an MCP client starts servers in whatever project is open,
 * and a file planted there could name a program to run.
 * @returns the path as messages show it: what the operator wrote, or all of it; undefined without a file, and for `none`
 */
export function configPlace(
  flags: Readonly<Record<string, string | boolean>>,
  env: NodeJS.ProcessEnv,
  home: string = homedir(),
): string | undefined {
  const named = [flags['config'], env['FAIRLEAD_CONFIG']].find((path) => typeof path === 'string' && path !== '');
  if (typeof named === 'string') return named === 'none' ? undefined : withHome(named, home);
  // Relative ones are to be ignored, says the XDG Base Directory Specification.
  const configured = env['XDG_CONFIG_HOME'] ?? '';
  const path = join(isAbsolute(configured) ? configured : join(home, '.config'), 'fairlead', 'fairlead.yaml');
  return isThere(path) ? path : undefined;
}

/** Also when it cannot be looked at: reading it then says why, and its rules are not passed over in silence. */
function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
  }
}

/** A leading `~/` resolved: the configuration of MCP clients passes no shell. */
export function withHome(path: string, home: string): string {
  return path.replace(/^~(?=$|[/\\])/, () => home);
}
