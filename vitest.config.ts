import { defineConfig } from 'vitest/config';

import { environment as env } from './test/environment.ts';

export default defineConfig({
  test: {
    // Vitest would keep one core for itself, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      // The limit ends what hangs; it judges nothing, and a machine may be busy.
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'practice/**/*.test.ts'],
          environment: 'node',
          env,
          testTimeout: 60_000,
        },
      },
      {
        // Every way to log in, against TLS servers, proxies and an identity provider of our own.
        test: {
          name: 'credentials',
          include: ['test/credentials/**/*.test.ts'],
          environment: 'node',
          env,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What is published, and how it is made: on the built package, without a cluster.
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          environment: 'node',
          env,
          testTimeout: 120_000,
        },
      },
      {
        // The manuals: commands, snippets and names in them, on the built program and practice clusters.
        test: {
          name: 'docs',
          include: ['test/docs/**/*.test.ts'],
          environment: 'node',
          env,
          testTimeout: 120_000,
        },
      },
      {
        // The same promises of the practice cluster and of a real one; each file has a namespace of its own in both.
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          environment: 'node',
          env,
          globalSetup: ['test/cluster/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        // Four times as many random operations on both at once as the contract suites have: a minute or two for each seed.
        test: {
          name: 'random',
          include: ['test/contract/random.test.ts'],
          env: { ...env, CONTRACT_OPERATIONS: process.env['CONTRACT_OPERATIONS'] ?? '2000' },
          environment: 'node',
          globalSetup: ['test/cluster/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          environment: 'node',
          env,
          globalSetup: ['test/cluster/global-setup.ts'],
          // One cluster, and suites that count requests: one file at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
