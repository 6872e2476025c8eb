import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { hostileCalls, type HostileCall, type Listed } from '../support/hostile.ts';
import { said, startRaw, type RawAnswer, type RawServer } from '../support/raw-stdio.ts';
import { questionsFor } from '../support/sweep.ts';
import { ensureCluster } from './index.ts';

const cluster = await ensureCluster();

/** Milliseconds that any call may take; a promise that users get, and therefore no flaky limit. */
const LONGEST = 2_000;
const MB = 1024 * 1024;
/**
 * V8 lets garbage lie for as long as there is room: without a limit to its heap, in MB, what a process holds goes up and down
 * by 80, and says little of what calls leave behind.
 */
const HEAP = 64;

/** Without and with the tools that change something; there is nobody to ask, so that plans are made and none is applied. */
const SERVERS = [{ flags: [] }, { flags: ['--changes', 'plan'] }];

describe.skipIf(cluster === undefined).each(SERVERS)('hostile calls to a server started with $flags', ({ flags }) => {
  let server: RawServer;
  let tools: readonly Listed[];
  const ask = (tool: string, given: string): Promise<RawAnswer> =>
    server.ask('tools/call', `{"name":${JSON.stringify(tool)},"arguments":${given}}`, LONGEST);

  const faultsOf = async (calls: readonly HostileCall[]): Promise<string[]> => {
    const faults: string[] = [];
    for (const each of calls) {
      const started = performance.now();
      const fault = await ask(each.tool, each.given).then(
        (answer) => faultOf(each, answer, performance.now() - started),
        (error: Error) => error.message,
      );
      if (fault !== undefined) faults.push(`${each.tool} ${each.why}: ${fault}`);
    }
    return faults;
  };

  beforeAll(async () => {
    const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP}` };
    server = await startRaw(['--kubeconfig', cluster?.kubeconfig ?? '', ...flags], env);
    const listed = (await server.ask('tools/list', '{}')).result as unknown as { readonly tools: readonly Listed[] };
    ({ tools } = listed);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  it('are all answered by a clear error, quickly, and leave nothing behind', { timeout: 600_000 }, async () => {
    const calls = tools.flatMap((tool) => hostileCalls(tool));
    // A third of them, of every kind, is measured, after the others: the memory that a process takes grows with its first
    // uses of anything, the first arguments of 200 kB among them.
    const [measured, others] = [calls.filter((_, index) => index % 3 === 0), calls.filter((_, index) => index % 3 !== 0)];
    expect(measured.length).toBeGreaterThanOrEqual(500);
    for (let round = 0; round < 2; round++) {
      for (const [tool, given] of warmUp()) await server.ask('tools/call', JSON.stringify({ name: tool, arguments: given }));
    }
    const faults = await faultsOf(others);
    const before = await server.memory();
    faults.push(...(await faultsOf(measured)));
    const after = await server.memory();
    expect(faults).toEqual([]);
    expect(after - before).toBeLessThan(30 * MB);
    expect(server.strays).toEqual([]);
  });

  it('of tools and methods that there are none of are answered as well', async () => {
    for (const name of ['kube_gett', '__proto__', 'constructor', '', 'x'.repeat(200_000), '../kube_get', 'kube_get\u0000']) {
      const answer = await ask(name, '{}');
      expect(answer.error ?? answer.result?.isError, name.slice(0, 40)).toBeTruthy();
      expect(said(answer).length, name.slice(0, 40)).toBeLessThan(1_000);
    }
    for (const method of ['no/such', '__proto__', 'x'.repeat(200_000)]) {
      const answer = await server.ask(method, '{}', LONGEST);
      expect(answer.error).toBeDefined();
      expect(said(answer).length).toBeLessThan(1_000);
    }
  });

  it('leave a server that answers as before', async () => {
    const answer = await ask('kube_get', '{"kind":"namespaces"}');
    expect(said(answer)).toMatch(/^\d+ namespaces of cluster /);
    expect(server.strays).toEqual([]);
    expect(await server.end()).toBe(0);
  });
});

/** Questions as anybody asks them, of every tool. */
function warmUp(): readonly (readonly [tool: string, given: unknown])[] {
  const place = { namespace: 'kube-system', pod: 'p', deployment: 'd', secret: 's', configMap: 'kube-root-ca.crt' };
  return Object.entries(questionsFor(place)).flatMap(([tool, questions]) => questions.map((given) => [tool, given] as const));
}

/** What is wrong with an answer, or undefined. */
function faultOf(call: HostileCall, answer: RawAnswer, milliseconds: number): string | undefined {
  const text = said(answer);
  const failed = answer.error !== undefined || answer.result?.isError === true;
  if (text === '') return 'no text';
  if (failed && text.length >= 1_000) return `an error of ${text.length} characters: ${text.slice(0, 200)}`;
  if (failed && /defect of ours|internal error/i.test(text)) return `an error that is ours: ${text.slice(0, 300)}`;
  if (call.mustFail && !failed) return `an answer: ${text.slice(0, 200)}`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(text)) return 'control characters';
  if (milliseconds > LONGEST) return `${Math.round(milliseconds)} ms`;
  return undefined;
}
