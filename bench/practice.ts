/** What practice clusters cost: how soon one answers, and how many fit into a process. */
import { parseArgs } from 'node:util';

import { amountOf } from './amount.ts';
import { thisMachine } from './machine.ts';
import { measureFleet, type FleetCost } from './practice-fleet.ts';
import { measurePracticeStarts, type PracticeStart } from './practice-start.ts';
import { headline, markdown } from './report.ts';

const USAGE = `usage: npm run bench:practice -- [--starts 10] [--clusters 100] [--pods 1000] [--churn 2000] [--seconds 20]
  --starts N     how often the built program is started with each world; 0 leaves starts out
  --clusters N   clusters in one process; 0 leaves them out
  --pods N       pods in each of them
  --churn N      changes a second over all of them
  --seconds S    how long the churn is watched
`;

const WORLDS = ['empty', 'shop'] as const;

const text = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: {
    starts: text('10'),
    clusters: text('100'),
    pods: text('1000'),
    churn: text('2000'),
    seconds: text('20'),
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) process.stdout.write(USAGE);
else console.log((await bench()).join('\n'));

async function bench(): Promise<readonly string[]> {
  const machine = thisMachine();
  const rows: (readonly string[])[] = [];
  const of = (flag: 'starts' | 'clusters' | 'pods' | 'churn' | 'seconds'): number => amountOf(flag, values[flag]);
  const [starts, clusters] = [of('starts'), of('clusters')];
  const fleet = { clusters, pods: of('pods'), churn: of('churn'), seconds: of('seconds') };
  if (starts > 0) for (const world of WORLDS) rows.push(...startRows(world, await measurePracticeStarts(world, starts)));
  if (clusters > 0) rows.push(...fleetRows(clusters, await measureFleet(fleet)));
  return [headline(machine), '', ...markdown([['', 'measured', 'goal'], ...rows])];
}

function startRows(world: (typeof WORLDS)[number], { milliseconds, cpuMilliseconds }: PracticeStart) {
  return [
    [`${world}: spawn → answers`, whole(milliseconds, 'ms'), world === 'shop' ? '< 300 ms' : ''],
    [`${world}: processor, all threads`, whole(cpuMilliseconds, 'ms'), ''],
  ];
}

function fleetRows(clusters: number, cost: FleetCost) {
  return [
    [`${clusters} clusters, ${cost.pods.toLocaleString('en')} pods: memory`, whole(cost.megabytes, 'MB'), '≤ 1,500 MB'],
    ['memory after the churn', whole(cost.megabytesAfter, 'MB'), ''],
    ['processor for the start of each', whole(cost.startMilliseconds, 'ms'), ''],
    ['events that watches hear', whole(cost.eventsPerSecond, '/s'), '≥ 2,000 /s'],
    ['of one core, all threads', whole(100 * cost.share, '%'), ''],
    ['event loop late by (p99)', whole(cost.delay99, 'ms'), ''],
  ];
}

function whole(value: number | undefined, unit: string): string {
  return value === undefined ? '–' : `${Math.round(value).toLocaleString('en')} ${unit}`;
}
