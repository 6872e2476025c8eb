import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readKubeconfig, targetOf, Transport, type ClusterTarget } from '../../src/kubernetes/index.ts';
import type { Clock } from '../../src/platform/index.ts';
import { makeAuthority, type Authority } from '../support/tls.ts';
import { get } from '../support/wire.ts';

/** The time of this machine, with some hours added when a test wants them to have passed. */
export interface ShiftedClock extends Clock {
  now: () => number;
  shift(milliseconds: number): void;
}

export function shiftedClock(): ShiftedClock {
  let shifted = 0;
  return {
    now: () => Date.now() + shifted,
    sleep: async (milliseconds, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', () => reject(signal.reason));
      return promise.finally(() => clearTimeout(timer));
    },
    shift: (milliseconds) => {
      shifted += milliseconds;
    },
  };
}

/** One user at one cluster, read from a kubeconfig in a file as kubectl would. */
export interface Client {
  readonly target: ClusterTarget;
  /** The kubeconfig's path. */
  readonly file: string;
  /** Who the server says we are. */
  readonly whoami: (signal?: AbortSignal) => Promise<string>;
}

/** A folder, an authority, and everything that must be closed when the test ends. */
export interface House extends AsyncDisposable {
  readonly folder: string;
  readonly authority: Authority;
  readonly clock: ShiftedClock;
  readonly keep: <Thing extends AsyncDisposable>(thing: Thing) => Thing;
  /** Writes a file and returns its path. */
  file(name: string, text: string): Promise<string>;
  client(
    cluster: Readonly<Record<string, unknown>>,
    user?: Readonly<Record<string, unknown>>,
    env?: Readonly<Record<string, string>>,
    http2?: boolean,
  ): Promise<Client>;
}

export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-credentials-'));
  const authority = await makeAuthority();
  const clock = shiftedClock();
  const things: AsyncDisposable[] = [];
  const transports: Transport[] = [];
  let kubeconfigs = 0;
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  return {
    folder,
    authority,
    clock,
    keep: (thing) => {
      things.push(thing);
      return thing;
    },
    file,
    client: async (cluster, user, env = {}, http2 = true) => {
      const path = await file(
        `config-${++kubeconfigs}`,
        JSON.stringify({
          clusters: [{ name: 'c', cluster }],
          users: [{ name: 'dev', user: user ?? {} }],
          contexts: [{ name: 'prod', context: { cluster: 'c', ...(user !== undefined && { user: 'dev' }) } }],
        }),
      );
      const kubeconfig = await readKubeconfig({ paths: [path] });
      const target = targetOf(kubeconfig, 'prod', { clock, env: { PATH: process.env['PATH'], ...env } });
      const transport = new Transport(target, { http2: http2 ? 'always' : 'never' });
      transports.push(transport);
      return {
        target,
        file: path,
        whoami: async (signal) => {
          const { text } = await transport.send(get('/whoami', signal === undefined ? {} : { signal }));
          return (JSON.parse(text) as { user: string }).user;
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(transports.map((transport) => transport.close()));
      for (const thing of things.reverse()) await thing[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** The script of an exec plugin in Node, and the entry of a kubeconfig that runs it. */
export function plugin(script: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const apiVersion = 'client.authentication.k8s.io/v1';
  const tell = `const tell = (status) => console.log(JSON.stringify({ apiVersion: '${apiVersion}', kind: 'ExecCredential', status }));`;
  const exec = { apiVersion, command: process.execPath, args: ['-e', `${tell}\n${script}`], interactiveMode: 'Never', ...more };
  return { exec };
}
