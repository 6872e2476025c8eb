import { homedir } from 'node:os';
import { isDeepStrictEqual } from 'node:util';

import { isFairlead, systemClock, type Clock, type FairleadError } from '../../platform/index.ts';
import { loadSettings, type Loaded, type Settings } from '../settings.ts';

/** What became of a configuration file that changed. */
export type ConfigChange =
  | {
      readonly kind: 'changed';
      readonly loaded: Loaded;
      /** False when more than the clusters has changed, which takes a new start. */
      readonly onlyClusters: boolean;
    }
  /** The old settings still hold. */
  | { readonly kind: 'broken'; readonly error: FairleadError };

export interface WatchConfigOptions {
  readonly flags: Readonly<Record<string, string | boolean>>;
  readonly env: NodeJS.ProcessEnv;
  /** What is in force now. */
  readonly loaded: Loaded;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks; a change holds once it has stood for two. @default 2_000 */
  readonly interval?: number;
  readonly clock?: Clock;
  readonly home?: string;
}

/**
 * Follows the configuration file, and what it refers to, and yields the settings anew when they have changed; a comment
 * is no change. A file that is broken or gone is told once, and nothing else happens: what was in force stays so until
 * there is something better. Ends at once without a file, since there is nothing to follow.
 */
export async function* watchConfig(options: WatchConfigOptions): AsyncGenerator<ConfigChange, void, undefined> {
  const { flags, env, signal, clock = systemClock, interval = 2_000, home = homedir() } = options;
  let loaded = options.loaded;
  const { file } = loaded;
  if (file === undefined) return;
  const { watchFiles } = await import('../../platform/config/index.ts');
  // The place is settled: should the file vanish, that is told, and no other taken instead.
  const named = { ...flags, config: file.files[0] ?? file.path };
  for await (const _ of watchFiles({ files: () => loaded.file?.files ?? file.files, signal, clock, interval })) {
    try {
      const next = await loadSettings(named, env, home);
      if (isDeepStrictEqual(next.settings, loaded.settings)) continue;
      const onlyClusters = isDeepStrictEqual(besidesClusters(next.settings), besidesClusters(loaded.settings));
      loaded = next;
      yield { kind: 'changed', loaded, onlyClusters };
    } catch (error) {
      if (!isFairlead(error)) throw error;
      yield { kind: 'broken', error };
    }
  }
}

function besidesClusters(settings: Settings): object {
  return { ...settings, fleet: { ...settings.fleet, clusters: undefined } };
}
