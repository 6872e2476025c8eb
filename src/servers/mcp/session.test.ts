import { describe, expect, it } from 'vitest';

import { newSession, NO_SESSION } from './session.ts';

describe('a session', () => {
  it('remembers what was chosen, apart from all others', () => {
    const [one, other] = [newSession(), newSession()];
    one.cluster = 'prod';
    expect([one.cluster, other.cluster]).toEqual(['prod', undefined]);
  });

  it('that is none takes no choice and says what to do instead', () => {
    expect([NO_SESSION.cluster, NO_SESSION.namespace]).toEqual([undefined, undefined]);
    for (const choose of [() => (NO_SESSION.cluster = 'prod'), () => (NO_SESSION.namespace = 'shop')]) {
      expect(choose).toThrow(
        expect.objectContaining({ code: 'stateless', advice: 'Pass "cluster" and "namespace" in each call instead.' }),
      );
    }
    expect(NO_SESSION.cluster).toBeUndefined();
  });
});
