import { existsSync, readFileSync } from 'node:fs';

import { readSettled } from './settled.ts';
import { WorldError } from './world-error.ts';
import type { Settled, World } from './world.ts';

/** The worlds that come along. */
export const WORLDS = ['shop', 'fleet', 'empty'] as const;

/**
 * A world by its name, or by the file that it is in.
 * @throws WorldError
 */
export async function openWorld(name: string): Promise<World> {
  const known = WORLDS.find((each) => each === name);
  if (known === undefined && !/[./\\]/.test(name)) {
    throw new WorldError(`There is no world "${name.slice(0, 60)}". Worlds: ${WORLDS.join(', ')}, or the path of a YAML file.`);
  }
  if (known === undefined) return (await reader())(textOf(name), name);
  // The build reads and checks the worlds that come along: what does that takes longer to load than all else to start.
  const ready = new URL(`data/${known}.json`, import.meta.url);
  if (existsSync(ready)) return { ...(JSON.parse(textOf(ready)) as World), settled: settledOf(known) };
  return (await reader())(textOf(new URL(`data/${known}.yaml`, import.meta.url)), `world ${known}`);
}

function settledOf(world: string): Settled | undefined {
  const file = new URL(`data/${world}.settled.jsonl`, import.meta.url);
  return existsSync(file) ? readSettled(textOf(file)) : undefined;
}

const reader = async () => (await import('./read.ts')).readWorld;

function textOf(file: string | URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WorldError(`The world ${String(file)} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
