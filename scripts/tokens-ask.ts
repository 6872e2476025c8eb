import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { practiceClock } from '../practice/clock.ts';
import { openWorld, startPractice, type Practice } from '../practice/index.ts';
import { ageOf } from '../practice/worlds/index.ts';
import { createAudit, normalisePolicy } from '../src/access/index.ts';
import { createChanges, openChangeStore } from '../src/changes/index.ts';
import { Fleet } from '../src/fleet/index.ts';
import { callTool, contextsOver, toolsFor } from '../src/servers/mcp/index.ts';
import type { Command } from './tokens-questions.ts';

/** When everything is asked: what is told then must not change by itself. Kept off the hours at which a job begins. */
const PRESENT = Date.parse('2026-11-20T12:10:00Z');

const CLUSTERS = ['shop', 'fleet'] as const;

/** A defect of ours must not be counted as an answer. */
const onDefect = (error: unknown): never => {
  throw error;
};

/** Two practice clusters whose time stands still, and both whom they are asked through. */
export interface Asked {
  /** A pod of the broken release, in namespace `shop` of cluster `shop`. */
  readonly crashing: string;
  /** What an agent is answered. */
  fairlead(tool: string, input: Readonly<Record<string, unknown>>): Promise<string>;
  /** What kubectl prints, its errors too; ages that it reckons itself are made alike. */
  kubectl(command: Command): Promise<string>;
  stop(): Promise<void>;
}

/** @param binary that of kubectl */
export async function openAsked(binary: string): Promise<Asked> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-tokens-'));
  const clusters = await Promise.all(CLUSTERS.map((name, index) => startCluster(name, index + 1, folder)));
  const kubeconfig = CLUSTERS.map((name) => join(folder, name)).join(delimiter);
  const agent = openAgent(kubeconfig, join(folder, 'state'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, KUBECONFIG: kubeconfig, TZ: 'UTC' };
  return {
    crashing: crashingPod(clusters[0]),
    fairlead: agent.ask,
    kubectl: async (command) => lasting(command, await printed(binary, command, env)),
    async stop() {
      await agent.close();
      await Promise.all(clusters.map((practice) => practice.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startCluster(name: (typeof CLUSTERS)[number], seed: number, folder: string): Promise<Practice> {
  const world = await openWorld(name);
  const practice = await startPractice({ world, clock: practiceClock(PRESENT - ageOf(world)), seed });
  await writeFile(join(folder, name), practice.kubeconfig({ name }), { mode: 0o600 });
  return practice;
}

/** The tools as a session with `--changes plan` has them, at the same moment for ever. */
function openAgent(kubeconfig: string, folder: string) {
  const clock = { now: () => PRESENT, sleep: async () => undefined };
  const cursorKey = randomBytes(32);
  const policy = normalisePolicy({ mode: 'plan' });
  const tools = toolsFor(policy);
  const fleet = new Fleet({ kubeconfig, context: CLUSTERS[0], policy, audit: createAudit({ target: 'off' }), env: {} });
  const store = openChangeStore({ folder, journalKey: randomBytes(32) });
  const contextFor = contextsOver(fleet, { openChanges: async (connect) => createChanges({ connect, policy, store, clock }) });
  const ask: Asked['fairlead'] = async (name, input) => {
    const tool = tools.find((tool) => tool.name === name);
    if (tool === undefined) throw new Error(`There is no tool ${name}.`);
    const context = Object.defineProperties(contextFor(tool, new AbortController().signal), {
      now: { value: clock.now },
      cursorKey: { value: cursorKey },
    });
    const outcome = await callTool(tool, input, context, { onDefect });
    if (!('text' in outcome)) throw new Error(`${name} asked, or answered with data.`);
    return outcome.text;
  };
  const close = async (): Promise<void> => {
    await fleet.close();
    store.close();
  };
  return { ask, close };
}

/** That a command fails is an answer as well; that it does not start is none. */
async function printed(binary: string, { argv, stdin }: Command, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(binary, [...argv], { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      error !== null && typeof error.code !== 'number' ? reject(error) : resolve(stdout + stderr),
    );
    child.stdin?.end(stdin);
  });
}

/** Commands that reckon ages from the clock of the machine; all others print those that the server reckoned. */
const BY_OWN_CLOCK = new Set(['describe', 'events']);

/** What was printed, without what the next run would print otherwise. */
function lasting({ argv: [verb = ''] }: Command, text: string): string {
  const named = text.replaceAll(/(LIVE|MERGED)-\d+/g, '$1-0');
  return BY_OWN_CLOCK.has(verb) ? named.replaceAll(/\b\d+[ydhms](?:\d+[dhms])?\b/g, '00m') : named;
}

/** The youngest pod of the checkout, which is that of its broken release. */
function crashingPod(shop: Practice | undefined): string {
  const pods = shop?.store.list('pods').filter(({ metadata }) => metadata.labels?.['app'] === 'checkout') ?? [];
  const byAge = pods.toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  const youngest = byAge.at(-1);
  if (youngest === undefined) throw new Error('the shop has no checkout');
  return youngest.metadata.name;
}
