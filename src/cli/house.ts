import { readFileSync } from 'node:fs';

import { createAudit, revealing } from '../access/index.ts';
import { createChanges, openChangeStore } from '../changes/index.ts';
import { Fleet } from '../fleet/index.ts';
import {
  createLogger,
  didYouMean,
  keepYoungSpace,
  messageOf,
  quoted,
  systemCode,
  UsageError,
  type Logger,
} from '../platform/index.ts';
import { contextsOver, Tasks, type AnyTool, type CallOptions, type ContextFor, type ServerParts } from '../servers/mcp/index.ts';
import { enabledBy } from './enabled.ts';
import type { Loaded, Settings } from './settings.ts';

/** Everything put together: the tools, and the fleet behind them. */
export interface House {
  readonly tools: readonly AnyTool[];
  readonly log: Logger;
  readonly contextFor: ContextFor;
  readonly callOptions: CallOptions;
  /** What a server needs of the house, whichever way it is reached. */
  partsFor(version: string): ServerParts;
  /** @throws UsageError with the nearest name */
  tool(name: string): AnyTool;
  /** Takes over the clusters of a configuration that has changed, until the signal is aborted. */
  follow(loaded: Loaded, flags: Readonly<Record<string, string | boolean>>, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens the house. Nothing is read or contacted before the first call. */
export function openHouse(settings: Settings): House {
  const log = createLogger(settings.logLevel);
  const { policy, tools } = enabledBy(settings);
  const audit = createAudit({ ...settings.audit, onProblem: (message) => log.error(message) });
  const fleet = new Fleet({ ...settings.fleet, policy, audit, onProblem: (message) => log.warn(message) });
  const store = openChangeStore({ journalKey: journalKeyFrom(settings.journalKeyFile) });
  const tasks = new Tasks({ onProblem: (error) => log.warn('a task cannot be kept', { error: messageOf(error) }) });
  const contexts = contextsOver(fleet, {
    openChanges: async (connect) => createChanges({ connect, policy, store }),
    reveal: () => revealing(policy),
    localFolders: settings.allowPaths,
  });
  const contextFor: ContextFor = (origin, signal, caller) => {
    keepYoungSpace();
    return contexts(origin, signal, caller);
  };
  const callOptions: CallOptions = {
    structured: settings.structured,
    defaultTokens: settings.budget.defaultMaxTokens,
    onDefect: (error) => log.error('a tool failed', { error: error instanceof Error ? error.stack : String(error) }),
  };
  return {
    tools,
    log,
    contextFor,
    callOptions,
    partsFor: (version) => ({ ...callOptions, version, tools, contextFor, tasks, patience: settings.patience }),
    tool(name) {
      const wanted = name.startsWith('kube_') ? name : `kube_${name}`;
      const found = tools.find((tool) => tool.name === wanted);
      if (found !== undefined) return found;
      const names = tools.map((tool) => tool.name);
      throw new UsageError(`No tool ${quoted(name, 60)}${didYouMean(wanted, names) || '.'} Tools: ${names.join(', ')}.`, {
        code: 'unknown-tool',
      });
    },
    async follow(loaded, flags, signal) {
      // Without a file there is nothing to follow, and nothing is loaded for it.
      if (loaded.file === undefined) return;
      const { watchConfig } = await import('./config/watch.ts');
      for await (const change of watchConfig({ flags, env: process.env, loaded, signal })) {
        if (change.kind === 'broken') {
          log.warn(`${change.error.message} The configuration read before stays in force.`);
          continue;
        }
        fleet.replace(change.loaded.settings.fleet.clusters ?? []);
        if (!change.onlyClusters)
          log.warn('The configuration has changed: its clusters are taken over, its other settings take a new start.');
      }
    },
    async close() {
      await tasks.close();
      await fleet.close();
      store.close();
      await audit.close();
    },
  };
}

const KEY_BYTES = 32;

/** @throws UsageError for a file that cannot be read, or holds anything but a key */
function journalKeyFrom(file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  const wrong = (why: string, cause?: unknown): UsageError =>
    new UsageError(`The key of the journal in ${quoted(file)} cannot be used: ${why}.`, {
      code: 'invalid-setting',
      field: 'journal-key-file',
      advice: `Make one: head -c ${KEY_BYTES} /dev/urandom > FILE`,
      cause,
    });
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    throw wrong(systemCode(error) ?? 'it cannot be read', error);
  }
  if (key.length !== KEY_BYTES) throw wrong(`it holds ${key.length} bytes, and a key has ${KEY_BYTES}`);
  return key;
}
