import { describe, expect, it } from 'vitest';

import { failureOf } from '../../../test/support/credentials.ts';
import type { AuthMaterial, CredentialSource } from './credentials.ts';
import { constant, together } from './together.ts';

/** A source that counts its refusals, and has another material after each. */
function changing(answer = true): CredentialSource & { refused: AuthMaterial[] } {
  const refused: AuthMaterial[] = [];
  let material: AuthMaterial = { headers: { authorization: 'Bearer 0' } };
  return {
    refused,
    current: () => material,
    rejected: (given) => {
      refused.push(given);
      material = { headers: { authorization: `Bearer ${refused.length}` } };
      return answer;
    },
  };
}

const certificate = { cert: 'CERT', key: 'KEY' };

describe('together', () => {
  it('joins headers and certificate, and stays the same object while nothing changes', () => {
    const token = changing();
    const all = together('dev', [
      constant({ headers: {}, certificate }),
      token,
      constant({ headers: { 'impersonate-user': 'jane' } }),
    ]);
    const first = all.current();
    expect(first).toEqual({ headers: { authorization: 'Bearer 0', 'impersonate-user': 'jane' }, certificate });
    expect(all.current()).toBe(first);
    token.rejected({ headers: {} });
    expect(all.current()).toMatchObject({ headers: { authorization: 'Bearer 1' } });
  });

  it('takes the first certificate, wherever it stands', () => {
    const holding = (cert: string) => constant({ headers: {}, certificate: { cert, key: 'KEY' } });
    const all = together('dev', [constant({ headers: {} }), holding('first'), holding('second')]);
    expect(all.current()).toEqual({ headers: {}, certificate: { cert: 'first', key: 'KEY' } });
  });

  it('answers synchronously unless a source does not', async () => {
    const slow: CredentialSource = { current: async () => ({ headers: { authorization: 'slow' } }), rejected: () => false };
    expect(together('dev', [constant({ headers: {} })]).current()).not.toBeInstanceOf(Promise);
    expect(await together('dev', [constant({ headers: { a: 'b' } }), slow]).current()).toEqual({
      headers: { a: 'b', authorization: 'slow' },
      certificate: undefined,
    });
  });

  it('takes a refusal back to what was refused, even after it was replaced', async () => {
    const token = changing();
    const other = changing(false);
    const all = together('dev', [token, other]);
    const inner = token.current();
    const first = await all.current();
    expect(all.rejected(first)).toBe(true);
    const second = await all.current();
    expect(second).not.toBe(first);
    all.rejected(first);
    expect(token.refused).toEqual([inner, inner]);
    // The other one was told although the first had an answer already.
    expect(other.refused).toHaveLength(2);
  });

  it('says no to material that is not its own, and when no source has another', async () => {
    const all = together('dev', [changing(false)]);
    expect(all.rejected({ headers: {} })).toBe(false);
    expect(all.rejected(await all.current())).toBe(false);
  });

  it('fails when a source throws, and leaves no rejection unhandled when two do', async () => {
    const failing = (message: string): CredentialSource => ({
      current: async () => Promise.reject(new Error(message)),
      rejected: () => false,
    });
    const throwing: CredentialSource = {
      current: () => {
        throw new Error('at once');
      },
      rejected: () => false,
    };
    expect(await failureOf(() => together('dev', [constant({ headers: {} }), throwing]).current())).toEqual(new Error('at once'));
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const error = await failureOf(() => together('dev', [failing('later'), throwing]).current());
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(error).toBeInstanceOf(Error);
    expect(unhandled).toEqual([]);
  });
});
