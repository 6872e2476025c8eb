import { defineConfig } from 'vitest/config';

/** The tests of one area for `scripts/mutation.ts`. */
export default defineConfig({
  test: {
    include: (process.env['MUTATION_TESTS'] ?? '').split(' '),
    setupFiles: ['scripts/mutation-setup.ts'],
    environment: 'node',
    testTimeout: 60_000,
  },
});
