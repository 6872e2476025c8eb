import { expect, it } from 'vitest';

import { tidying } from './tidy.ts';

const PIECE = 64 * 1024;
const PIECES = 4_000;

/** Two intervals of collections and what survives them: what one has found is freed on another thread, until the next at the latest. */
const MOST = 24 * 1024 * 1024;

it('lets few megabytes of what was read gather, however much that is', () => {
  const tidy = tidying();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let count = 0; count < PIECES; count++) {
    tidy(Buffer.alloc(PIECE, 'x').length);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(most).toBeLessThan(MOST);
});
