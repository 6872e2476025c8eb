import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      // The limit ends what hangs; it judges nothing, and a machine may be busy.
      { test: { name: 'unit', include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 60_000 } },
      {
        // Every way to log in, against TLS servers, proxies and an identity provider of our own.
        test: {
          name: 'credentials',
          include: ['test/credentials/**/*.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          environment: 'node',
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
