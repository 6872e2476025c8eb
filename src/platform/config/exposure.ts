import { stat } from 'node:fs/promises';

/** What others on this machine can do with a file. */
export type Exposure = 'none' | 'readable' | 'writable' | 'missing';

/**
 * Who but its owner gets at a file, by its mode. On Windows, where modes say nothing, nobody.
 * @param platform for tests
 */
export async function exposureOf(file: string, platform: NodeJS.Platform = process.platform): Promise<Exposure> {
  let mode: number;
  try {
    ({ mode } = await stat(file));
  } catch {
    return 'missing';
  }
  if (platform === 'win32') return 'none';
  // Not the group's bit: with a group for each user, as many systems have, it stands for the owner alone.
  if ((mode & 0o002) !== 0) return 'writable';
  return (mode & 0o077) === 0 ? 'none' : 'readable';
}
