import { defineConfig } from 'vitest/config';

import { environment as env } from './test/environment.ts';

/** The tests of one area for `scripts/mutation.ts`. */
export default defineConfig({
  test: {
    include: (process.env['MUTATION_TESTS'] ?? '').split(' '),
    setupFiles: ['scripts/mutation-setup.ts'],
    environment: 'node',
    env,
    testTimeout: 60_000,
  },
});
