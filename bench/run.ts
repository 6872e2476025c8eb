/** Measures the built program on the test cluster, beside its peer and beside bare requests. See README.md. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { adminClient, ensureCluster, populateFleet, type TestCluster } from '../test/cluster/index.ts';
import { judged, memoryFigures, questionFigures, startFigures, type Figure, type Starts } from './figures.ts';
import { measureForward } from './forward.ts';
import { measureGrep } from './grep.ts';
import { httpContender } from './http.ts';
import { burst } from './load.ts';
import { thisMachine } from './machine.ts';
import type { Command } from './mcp-client.ts';
import { residentMegabytes } from './memory.ts';
import { readOptions, USAGE, type BenchOptions } from './options.ts';
import { ensurePeer, PEER, PEER_VERSION, type Peer } from './peer.ts';
import { questionsAbout, type Question } from './questions.ts';
import { rawContender } from './raw.ts';
import { report } from './report.ts';
import { measure } from './rounds.ts';
import { servedContender } from './served.ts';
import { startOnce, withTemporaryFolder, type Start } from './start.ts';

/** Of the starts, so many are also made with nothing compiled before. */
const COLD_STARTS = 5;
const MEMORY_CALLS = 64;
/** Milliseconds for which a server is left alone. */
const QUIET = 3_000;

interface Commands {
  readonly fairlead: Command;
  /** The same, allowed to forward ports. */
  readonly forwarding: Command;
  readonly peer: Command;
  /** As npm users start it. */
  readonly wrappedPeer: Command;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function commandsFor(program: string, peer: Peer, kubeconfig: string): Commands {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const fairlead = { program: process.execPath, args: [join(program, 'bin', 'fairlead.mjs'), '--kubeconfig', kubeconfig], env };
  return {
    fairlead,
    forwarding: { ...fairlead, args: [...fairlead.args, '--changes', 'direct', '--allow-operations', 'port-forward'] },
    peer: { program: peer.binary, args: ['--kubeconfig', kubeconfig], env },
    wrappedPeer: { program: process.execPath, args: [peer.wrapper, '--kubeconfig', kubeconfig], env },
  };
}

/** Starts of both, by turns. */
async function measureStarts(commands: Commands, count: number): Promise<Figure[]> {
  const own: Record<keyof Starts, Start[]> = { warm: [], cold: [] };
  const other: Record<keyof Starts, Start[]> = { warm: [], cold: [] };
  const cold = async (command: Command): Promise<Start> =>
    withTemporaryFolder((env) => startOnce({ ...command, env: { ...command.env, ...env } }));
  await withTemporaryFolder(async (env) => {
    const warm = (command: Command): Promise<Start> => startOnce({ ...command, env: { ...command.env, ...env } });
    await warm(commands.fairlead);
    await warm(commands.wrappedPeer);
    for (let round = 0; round < count; round++) {
      say(`start ${round + 1} of ${count}`);
      own.warm.push(await warm(commands.fairlead));
      other.warm.push(await warm(commands.wrappedPeer));
      if (round >= COLD_STARTS) continue;
      own.cold.push(await cold(commands.fairlead));
      other.cold.push(await cold(commands.wrappedPeer));
    }
  });
  return startFigures(own, other);
}

async function measureQuestions(
  cluster: TestCluster,
  commands: Commands,
  questions: readonly Question[],
  options: BenchOptions,
): Promise<Figure[]> {
  const contenders = [
    rawContender(cluster.access, 'h1'),
    rawContender(cluster.access, 'h2'),
    ...(options.over === 'stdio'
      ? [await servedContender('fairlead', commands.fairlead), await servedContender('peer', commands.peer)]
      : [await httpContender(commands.fairlead, options.over)]),
  ];
  try {
    const measured = await measure(questions, contenders, { ...options, say });
    return measured.flatMap(questionFigures);
  } finally {
    for (const contender of contenders) await contender.close();
  }
}

/**
 * What a server holds after a burst of the largest question, at once and when it has been left alone for a while: a process
 * of its own, which has done nothing else.
 */
async function measureMemory(commands: Commands, question: Question): Promise<Figure[]> {
  const after = async (name: 'fairlead' | 'peer'): Promise<readonly (number | undefined)[]> => {
    say(`memory of ${name}`);
    const contender = await servedContender(name, commands[name]);
    try {
      await burst(contender, question, MEMORY_CALLS);
      const atOnce = await residentMegabytes(contender.pid);
      await setTimeout(QUIET);
      return [atOnce, await residentMegabytes(contender.pid)];
    } finally {
      await contender.close();
    }
  };
  return memoryFigures(await after('fairlead'), await after('peer'));
}

async function bench(cluster: TestCluster, options: BenchOptions): Promise<void> {
  const machine = thisMachine();
  const commands = commandsFor(options.program, ensurePeer(), cluster.kubeconfig);
  const client = adminClient(cluster);
  await populateFleet(cluster, client);
  const [pod] = (await client.list('/api/v1/namespaces/load-0/pods?limit=1')).items;
  const namespaces = (await client.list('/api/v1/namespaces')).items.map((namespace) => namespace.metadata.name);
  await client.close();
  if (pod === undefined) throw new Error('There are no pods in load-0.');
  const all = questionsAbout(pod.metadata.name);
  const questions = all.filter(({ id }) => options.questions?.includes(id) ?? true);
  const fleet = questions.find(({ id }) => id === 'fleet');
  const figures = judged(
    [
      ...(options.starts > 0 ? await measureStarts(commands, options.starts) : []),
      ...(await measureQuestions(cluster, commands, questions, options)),
      ...((options.questions?.includes('forward') ?? true) && options.over === 'stdio'
        ? await measureForward(cluster, commands.forwarding, options.rounds, say)
        : []),
      ...(options.questions?.includes('grep') === true ? await measureGrep(cluster, commands.fairlead, options.rounds, say) : []),
      ...(fleet === undefined || options.over !== 'stdio' ? [] : await measureMemory(commands, fleet)),
    ],
    options.over,
  );
  const notes = [
    `peer: ${PEER} ${PEER_VERSION}; started through its npm wrapper, asked without it`,
    `fairlead: asked over ${options.over}`,
    'raw: one bare request with undici, HTTP/1.1 or HTTP/2, whichever is better',
    ...(namespaces.includes('trouble')
      ? ['"all pods, whatever is on the cluster" has the broken ones of namespace trouble among them, which take more words']
      : []),
  ];
  console.log(report(machine, notes, figures));
  if (options.json !== undefined)
    await writeFile(
      options.json,
      `${JSON.stringify({ machine, peer: PEER_VERSION, rounds: options.rounds, figures }, null, 2)}\n`,
    );
}

const options = readOptions(process.argv.slice(2));
const cluster = options === undefined ? undefined : await ensureCluster();
if (options === undefined) process.stdout.write(USAGE);
else if (cluster === undefined) process.exitCode = 1;
else await bench(cluster, options);
