import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { tidyingWhenQuiet } from './quiet.ts';

const MB = 1024 * 1024;

describe('a server that is quiet', () => {
  let resident = 0;
  let released = 0;
  const release = async (): Promise<void> => {
    released += 1;
    resident = 80 * MB;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    [resident, released] = [70 * MB, 0];
  });
  afterEach(() => vi.useRealTimers());

  it('gives back what its answers have left behind, once', async () => {
    const stir = tidyingWhenQuiet({ resident: () => resident, release });
    resident = 180 * MB;
    for (let answers = 0; answers < 5; answers++) {
      stir();
      await vi.advanceTimersByTimeAsync(900);
    }
    expect(released).toBe(0);
    await vi.advanceTimersByTimeAsync(100);
    expect(released).toBe(1);
    stir();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(released).toBe(1);
  });

  it('does so again when as much has gathered again', async () => {
    const stir = tidyingWhenQuiet({ resident: () => resident, release });
    for (let times = 1; times <= 3; times++) {
      resident = 170 * MB;
      stir();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(released).toBe(times);
    }
  });

  it('lets a little be', async () => {
    const stir = tidyingWhenQuiet({ resident: () => resident, release });
    resident += 70 * MB;
    stir();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(released).toBe(0);
  });
});
