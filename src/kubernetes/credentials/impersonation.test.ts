import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { SUBJECT } from '../../../test/support/credentials.ts';
import { impersonation } from './impersonation.ts';
import type { Impersonation } from './user.ts';

const headersOf = (wanted: Partial<Impersonation>): Readonly<Record<string, string | readonly string[]>> => {
  const material = impersonation({ groups: [], extra: {}, ...wanted }, SUBJECT).current();
  return material instanceof Promise ? {} : material.headers;
};

describe('impersonation', () => {
  it('sends user, uid, every group and every extra', () => {
    const extra = { Scopes: ['view', 'dev'], 'acme.com/project': ['one'], '50%': ['x'] };
    expect(headersOf({ user: 'jane', uid: '06f6-ce97', groups: ['developers', 'admins'], extra })).toEqual({
      'impersonate-user': 'jane',
      'impersonate-uid': '06f6-ce97',
      'impersonate-group': ['developers', 'admins'],
      'impersonate-extra-scopes': ['view', 'dev'],
      'impersonate-extra-acme.com%2fproject': ['one'],
      'impersonate-extra-50%25': ['x'],
    });
  });

  it('sends no header for what is not wanted', () => {
    expect(headersOf({ user: 'jane' })).toEqual({ 'impersonate-user': 'jane' });
  });

  it('keeps the values of keys that differ only in case', () => {
    expect(headersOf({ user: 'jane', extra: { Scopes: ['a'], scopes: ['b'] } })['impersonate-extra-scopes']).toEqual(['a', 'b']);
  });

  it.each([{ groups: ['admins'] }, { uid: '1' }, { extra: { a: ['b'] } }])(
    'does not act as the real user for want of a name: %j',
    (wanted) => {
      expect(() => headersOf(wanted)).toThrow(
        expect.objectContaining({
          message: 'User "dev" in kubeconfig /home/me/.kube/config: as-groups, as-uid and as-user-extra need "as".',
          field: 'as',
          advice: expect.stringContaining('Name the user'),
        }),
      );
    },
  );

  it('sends names as UTF-8, and lets none add a header', () => {
    expect(Buffer.from(String(headersOf({ user: 'jürgen' })['impersonate-user']), 'latin1').toString('utf8')).toBe('jürgen');
    expect(() => headersOf({ user: 'jane\r\nimpersonate-group: system:masters' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('control characters'), field: 'as' }),
    );
  });

  it('makes a valid header of any key, which the server can decode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
        const [name = ''] = Object.keys(headersOf({ user: 'jane', extra: { [key]: ['v'] } })).slice(1);
        expect(name).toMatch(/^[a-z0-9!#$%&'*+.^_`|~-]+$/);
        expect(decodeURIComponent(name.slice('impersonate-extra-'.length))).toBe(Buffer.from(key.toLowerCase()).toString());
      }),
      { examples: [['a\tb'], ['größe']] },
    );
  });
});
