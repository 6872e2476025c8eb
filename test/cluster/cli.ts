import { adminClient, ensureCluster, externalKubeconfig, stopCluster, type TestCluster } from './test-cluster.ts';
import { BIN_FOLDER } from './state.ts';
import { say } from './say.ts';
import { POPULATIONS, populate, type Population } from './populate/populate.ts';
import { status } from './cluster.ts';

const USAGE = `usage: npm run cluster -- <command>
  up                  bring the test cluster up, or check the one of FAIRLEAD_TEST_KUBECONFIG
  down                stop it and remove every trace of it
  status              what runs
  env                 shell exports for it: eval "$(npm run --silent cluster -- env)"
  populate [${Object.keys(POPULATIONS).join('|')}|all]
                      fill it with something to look at
`;

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function describe(cluster: TestCluster): string {
  const parts = [
    cluster.hasNode ? 'a real node' : 'no real node',
    cluster.hasMetrics ? 'metrics' : 'no metrics',
    cluster.hasFakeNodes ? 'fake nodes' : 'no fake nodes',
  ];
  return `${cluster.server} (${parts.join(', ')}), kubeconfig ${cluster.kubeconfig}`;
}

async function up(): Promise<TestCluster | undefined> {
  const started = performance.now();
  const cluster = await ensureCluster();
  if (cluster !== undefined) say(`up after ${seconds(started)}: ${describe(cluster)}`);
  return cluster;
}

async function down(): Promise<void> {
  const started = performance.now();
  await stopCluster();
  say(
    externalKubeconfig() === undefined
      ? `down after ${seconds(started)}`
      : 'the cluster of FAIRLEAD_TEST_KUBECONFIG is left alone',
  );
}

async function printStatus(): Promise<void> {
  if (externalKubeconfig() !== undefined) {
    const cluster = await ensureCluster();
    if (cluster !== undefined) process.stdout.write(`${describe(cluster)}\n`);
    return;
  }
  const { state, processes, folder } = await status();
  if (state === undefined) process.stdout.write('down\n');
  else process.stdout.write(`${processes.size === 0 ? 'killed' : 'up'}: ${folder}\n`);
  for (const [name, pid] of processes) process.stdout.write(`${String(pid).padStart(8)} ${name}\n`);
}

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

async function printEnvironment(): Promise<void> {
  const cluster = await up();
  if (cluster === undefined) throw new Error('there is no cluster');
  process.stdout.write(`export KUBECONFIG=${quote(cluster.kubeconfig)}\n`);
  if (cluster.isOwn) process.stdout.write(`export PATH=${quote(BIN_FOLDER)}:"$PATH"\n`);
}

async function fill(what: string): Promise<void> {
  const names =
    what === 'all'
      ? (Object.keys(POPULATIONS) as Population[])
      : Object.keys(POPULATIONS).includes(what)
        ? [what as Population]
        : undefined;
  if (names === undefined)
    throw new Error(`there is no population "${what}"; there are ${Object.keys(POPULATIONS).join(', ')} and all`);
  const cluster = await up();
  if (cluster === undefined) throw new Error('there is no cluster');
  const client = adminClient(cluster);
  try {
    for (const name of names) {
      const started = performance.now();
      say(`${name}: ${await populate(name, cluster, client)}, after ${seconds(started)}`);
    }
  } finally {
    await client.close();
  }
}

async function main(command: string | undefined, argument = 'all'): Promise<void> {
  switch (command) {
    case 'up':
      await up();
      return;
    case 'down':
      return down();
    case 'status':
      return printStatus();
    case 'env':
      return printEnvironment();
    case 'populate':
      return fill(argument);
    default:
      process.stderr.write(USAGE);
      process.exitCode = 2;
  }
}

try {
  await main(process.argv[2], process.argv[3]);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  for (let cause = error instanceof Error ? error.cause : undefined; cause instanceof Error; cause = cause.cause)
    say(`  because ${cause.message}`);
  process.exitCode = 1;
}
