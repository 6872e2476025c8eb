import { describe, expect, it } from 'vitest';

import { judgeClock, judgeLogin } from './doctor-login.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;

describe('credentials', () => {
  it.each([
    [{ method: 'anonymous' }, 'warning', 'none: requests are anonymous'],
    [{ method: 'token' }, 'ok', 'token'],
    [
      { method: 'token', subject: 'amy', expiresAt: NOW + 30 * MINUTE },
      'ok',
      'token of "amy", good for 30m (until 2026-11-20 12:30 UTC)',
    ],
    [{ method: 'token', expiresAt: NOW - 2 * DAY }, 'problem', 'token expired 2d ago (2026-11-18 12:00 UTC)'],
    [
      { method: 'certificate', subject: 'admin', expiresAt: NOW + 300 * DAY },
      'ok',
      'client certificate of "admin", good for 300d (until 2027-09-16 12:00 UTC)',
    ],
    [
      { method: 'certificate', expiresAt: NOW + 13 * DAY },
      'warning',
      'client certificate, good for 13d (until 2026-12-03 12:00 UTC)',
    ],
    [
      { method: 'certificate', notBefore: NOW + 2 * MINUTE, expiresAt: NOW + DAY },
      'problem',
      'client certificate holds only from 2026-11-20 12:02 UTC on',
    ],
    [{ method: 'token', expiresAt: 1e300 }, 'ok', expect.stringContaining('until ?')],
  ] as const)('%j are %s', (facts, verdict, says) => {
    const check = judgeLogin(facts, NOW);
    expect(check).toMatchObject({ name: 'credentials', verdict, says });
    expect(check.mend === undefined).toBe(verdict === 'ok');
  });
});

describe('the clock', () => {
  it.each([
    [0, 'ok', 'agrees with the server'],
    [-MINUTE, 'ok', 'agrees with the server'],
    [6 * MINUTE, 'warning', 'this machine is 6m behind the server'],
    [-90 * MINUTE, 'warning', 'this machine is 1h30m ahead of the server'],
  ] as const)('that is %d ms apart is %s', (skew, verdict, says) => {
    expect(judgeClock(skew)).toMatchObject({ verdict, says });
  });
});
