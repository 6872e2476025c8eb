/**
 * Changes the code of what must not go wrong in small ways, one at a time, and tells which of those changes no test
 * notices: `npm run mutation -- gate`, or without a word every area, one after the other. Fails under `BREAK` percent.
 * What is left standing is in `reports/mutation/AREA.html`.
 */
import { parseArgs } from 'node:util';

import { Stryker } from '@stryker-mutator/core';

/** Share of the changes, in percent, that the tests must notice. */
const BREAK = 85;

interface Area {
  /** What is changed. */
  readonly mutate: readonly string[];
  /** The tests that should notice, of the project `unit`: files, and folders with all that is in them. */
  readonly tests: readonly string[];
}

const AREAS: Readonly<Record<string, Area>> = {
  gate: { mutate: ['src/access/*.ts', 'src/access/warrants/*.ts'], tests: ['src/access'] },
  redaction: { mutate: ['src/access/redact/**/*.ts'], tests: ['src/access'] },
  answers: {
    mutate: ['src/answers/budget.ts', 'src/answers/cursor.ts'],
    tests: ['src/answers/budget.test.ts', 'src/answers/cursor.test.ts'],
  },
  credentials: {
    mutate: ['src/kubernetes/kubeconfig*.ts', 'src/kubernetes/credentials/{from-user,together,impersonation,expiry,rotating}.ts'],
    tests: [
      'src/kubernetes/kubeconfig*.test.ts',
      'src/kubernetes/credentials/{from-user,together,impersonation,expiry,rotating,authority}.test.ts',
    ],
  },
  retry: { mutate: ['src/kubernetes/retry.ts'], tests: ['src/kubernetes/retry.test.ts'] },
  changes: {
    mutate: ['src/changes/!(make-plan|plan-step|apply-step|undo).ts'],
    tests: ['src/changes/!(plan-step*|apply-step*|undo*).test.ts'],
  },
  // Their tests need a practice cluster, and seconds where the others need none.
  steps: {
    mutate: ['make-plan', 'plan-step', 'apply-step', 'undo'].map((name) => `src/changes/${name}.ts`),
    tests: ['create-changes', 'plan-step*', 'apply-plan', 'temporary', 'apply-step*', 'undo*'].map(
      (name) => `src/changes/${name}.test.ts`,
    ),
  },
};

async function measure(name: string, area: Area): Promise<number> {
  process.env['MUTATION_TESTS'] = area.tests.map((place) => (place.endsWith('.ts') ? place : `${place}/**/*.test.ts`)).join(' ');
  const results = await new Stryker({
    mutate: [...area.mutate, '!**/*.test.ts'],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    concurrency: 2,
    reporters: ['clear-text', 'html', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `reports/mutation/${name}.html` },
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
    // Its rewriting of a tsconfig needs the API of TypeScript 6; nothing here is compiled.
    tsconfigFile: 'none',
    tempDirName: 'reports/mutation/tmp',
    ignoreStatic: true,
    allowConsoleColors: false,
  }).runMutationTest();
  // An error before the first test is no verdict of a test, so Stryker leaves it out, too.
  const counted = results.filter(({ status }) => !['Ignored', 'CompileError', 'RuntimeError'].includes(status));
  const noticed = counted.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  return (100 * noticed.length) / counted.length;
}

const { positionals } = parseArgs({ allowPositionals: true });
for (const name of positionals.length > 0 ? positionals : Object.keys(AREAS)) {
  const area = AREAS[name];
  if (area === undefined) throw new Error(`No area "${name}": ${Object.keys(AREAS).join(', ')}`);
  const percent = await measure(name, area);
  process.stdout.write(`${name}: ${percent.toFixed(1)} % noticed, at least ${BREAK} wanted\n`);
  if (percent < BREAK) process.exitCode = 1;
}
